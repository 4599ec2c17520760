/**
 * The little of the REST API that the kit needs to set a daemon up, by plain `fetch`: what the library
 * under test gets wrong cannot go wrong here in the same way.
 *
 * @module
 */

/** What a request may carry beside its method and path. */
export interface ApiRequest {
  /** Sent as JSON; a blob is sent as it is. */
  body?: unknown;
  /** More header fields. */
  headers?: Record<string, string>;
  /** The limit of the whole call in milliseconds, 60,000 by default. */
  timeout?: number;
}

/** A daemon's API over its Unix socket. */
export class Api implements Disposable {
  readonly #client: Deno.HttpClient;

  /** Opens no connection yet. */
  constructor(socket: string) {
    // A pool would dial while it waits for an idle connection, use whichever comes first and keep the
    // other one: open, silent, and so in the way of every new connection to the daemon.
    this.#client = Deno.createHttpClient({
      proxy: { transport: "unix", path: socket },
      poolMaxIdlePerHost: 0,
    });
  }

  /** Sends one request, waits for its operation where there is one, and gives the metadata. */
  // deno-lint-ignore no-explicit-any
  async request(method: string, path: string, request: ApiRequest = {}): Promise<any> {
    const { body, headers = {}, timeout = 60_000 } = request;
    const blob = body instanceof Blob;
    const response = await fetch(`http://127.0.0.1${path}`, {
      client: this.#client,
      method,
      body: blob || body === undefined ? body : JSON.stringify(body),
      headers: {
        "content-type": blob ? "application/octet-stream" : "application/json",
        ...headers,
      },
      signal: AbortSignal.timeout(timeout),
    });
    const answer = await response.json();
    if (answer.type === "error") throw new Error(`Cannot ${method} ${path}: ${answer.error}`);
    if (answer.type === "sync") return answer.metadata;
    const { status_code, err, metadata } = await this.request("GET", `${answer.operation}/wait`);
    if (status_code !== 200) throw new Error(`Cannot ${method} ${path}: ${err}`);
    return metadata;
  }

  /** Whether the daemon answers and has finished its start. */
  async isReady(): Promise<boolean> {
    try {
      await this.request("GET", "/internal/ready", { timeout: 2000 });
      return true;
    } catch {
      return false;
    }
  }

  /** Closes the idle connections. */
  [Symbol.dispose](): void {
    this.#client.close();
  }
}
