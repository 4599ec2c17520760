import type { AccessToken } from "../../connector.ts";

/** The form of what follows `Bearer`, from RFC 6750. */
const TOKEN = /^[\w.~+/-]+=*$/;

/** What a connector is given to be sent with every request. */
export interface CredentialsOptions {
  /** Header fields. */
  headers?: Record<string, string>;
  /** A token, or what gives one. */
  accessToken?: AccessToken;
}

/** The header fields of every request, the caller's access token among them. */
export class Credentials {
  readonly #headers: Record<string, string>;
  readonly #accessToken: AccessToken | undefined;

  constructor({ headers = {}, accessToken }: CredentialsOptions) {
    if (
      accessToken !== undefined &&
      Object.keys(headers).some((it) => it.toLowerCase() === "authorization")
    ) {
      throw new TypeError("Cannot use accessToken: the headers have an authorization of their own");
    }
    if (typeof accessToken === "string") checkToken(accessToken);
    this.#headers = headers;
    this.#accessToken = accessToken;
  }

  /** The token of the moment. What fails to give one is the caller's, and so is its error. */
  async token(signal?: AbortSignal): Promise<string | undefined> {
    if (typeof this.#accessToken !== "function") return this.#accessToken;
    signal?.throwIfAborted();
    return checkToken(await orAbort(this.#accessToken(), signal));
  }

  /** The header fields of the moment. */
  async headers(signal?: AbortSignal): Promise<Record<string, string>> {
    const token = await this.token(signal);
    if (token === undefined) return this.#headers;
    return { ...this.#headers, authorization: `Bearer ${token}` };
  }
}

/** Refuses what a header cannot hold: the platform's own error would show it. */
function checkToken(token: string): string {
  if (typeof token === "string" && TOKEN.test(token)) return token;
  throw new TypeError("Cannot use the access token: it is empty, or not in the form of one");
}

async function orAbort(token: Promise<string>, signal: AbortSignal | undefined): Promise<string> {
  if (!signal) return await token;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([token, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
