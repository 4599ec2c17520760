import { ConnectionError, ProtocolError } from "../errors.ts";
import type { OIDCProvider } from "./oidc_provider.ts";

/** What a provider answers; `error` where it refuses. */
export type OIDCAnswer = Record<string, unknown> & { error?: string };

/** What a provider can be asked, by the field of its description that says where. */
export type OIDCEndpoint = "token_endpoint" | "device_authorization_endpoint";

/** Sends a request. */
export type OIDCFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Asks an OpenID Connect provider. */
export class OIDCClient {
  readonly #provider: OIDCProvider;
  readonly #fetch: OIDCFetch;
  #description: Record<string, unknown> | undefined;

  constructor(provider: OIDCProvider, fetch: OIDCFetch) {
    this.#provider = provider;
    this.#fetch = fetch;
    checkUrl(provider.issuer, "the issuer");
  }

  /**
   * Sends a form. A refusal in the form of OAuth is an answer, too.
   *
   * @throws {ConnectionError} when the provider cannot be reached.
   * @throws {ProtocolError} when what answers is no such provider.
   */
  async post(
    endpoint: OIDCEndpoint,
    form: Record<string, string | undefined>,
    signal: AbortSignal | undefined,
  ): Promise<OIDCAnswer> {
    const description = this.#description ??= await this.#describe(signal);
    const url = description[endpoint];
    const { issuer, clientId } = this.#provider;
    if (typeof url !== "string") {
      throw new ProtocolError(`Cannot log in at ${issuer}: the provider has no ${endpoint}`);
    }
    checkUrl(url, `the ${endpoint}`);
    const fields = Object.entries({ client_id: clientId, ...form });
    const body = new URLSearchParams(
      fields.filter((it): it is [string, string] => it[1] !== undefined),
    );
    const { response, answer } = await this.#ask(url, { method: "POST", body, signal });
    if (typeof answer?.error === "string") return answer as OIDCAnswer;
    if (response.ok && answer) return answer as OIDCAnswer;
    throw this.#strange(response);
  }

  async #describe(signal: AbortSignal | undefined): Promise<Record<string, unknown>> {
    const issuer = this.#provider.issuer.replace(/\/$/, "");
    const url = `${issuer}/.well-known/openid-configuration`;
    const { response, answer } = await this.#ask(url, { signal });
    if (!response.ok || typeof answer?.issuer !== "string") throw this.#strange(response);
    if (answer.issuer.replace(/\/$/, "") === issuer) return answer;
    throw new ProtocolError(`Cannot log in at ${issuer}: the provider there has another name`);
  }

  async #ask(
    url: string,
    init: RequestInit,
  ): Promise<{ response: Response; answer: Record<string, unknown> | undefined }> {
    const { issuer } = this.#provider;
    let response: Response;
    let text: string;
    try {
      // Tokens follow no redirection.
      response = await this.#fetch(url, { ...init, redirect: "manual" });
      text = await response.text();
    } catch {
      init.signal?.throwIfAborted();
      // The platform's words may hold what was sent.
      throw new ConnectionError(`Cannot reach ${issuer}: the request failed`, {
        reason: "unreachable",
        address: issuer,
      });
    }
    return { response, answer: readObject(text) };
  }

  #strange({ status }: Response): ProtocolError {
    const { issuer } = this.#provider;
    return new ProtocolError(
      `Cannot log in at ${issuer}: what answers there, with status ${status}, is no OIDC provider`,
      { status },
    );
  }
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Refuses to send tokens where others could read them. */
function checkUrl(text: string, what: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:") return;
  if (url?.protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return;
  throw new TypeError(`Cannot use ${what} of the provider: it is no URL of HTTPS`);
}
