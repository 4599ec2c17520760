import { type CallOptions, delay, limited } from "../core/call.ts";
import { conceal } from "../core/conceal.ts";
import { ConnectionError, ProtocolError, TokenError } from "../errors.ts";
import { type OIDCAnswer, OIDCClient, type OIDCFetch } from "./oidc_client.ts";
import type { OIDCProvider } from "./oidc_provider.ts";

/** What a person is to do: open the address, and confirm or type the code. */
export interface OIDCCode {
  /** The code. */
  userCode: string;
  /** The address to open. */
  verificationUri: string;
  /** The address that holds the code already, where the provider has one. */
  verificationUriComplete: string | undefined;
  /** Until when the code is good. */
  expiresAt: Date;
}

/** What a login gave: to be kept, and kept secret. Consoles show neither token. */
export interface OIDCTokens {
  /** What servers are shown. */
  accessToken: string;
  /** What renews it, where the provider gave one. */
  refreshToken?: string;
  /** When the access token expires, in the form of RFC 3339; undefined where the provider does not tell. */
  expiresAt?: string;
}

/** How a person logs in. `signal` and `timeout` are those of the login. */
export interface OIDCLoginOptions extends CallOptions {
  /** Where to log in: of `oidcProvider()`, or known to the caller. */
  provider: OIDCProvider;
  /** Shows the code to the person. Whether they confirmed is asked for once it is done. */
  onCode: (code: OIDCCode) => void | Promise<void>;
  /** The tokens of an earlier login: while they are good, or can be renewed, nobody is asked. */
  tokens?: OIDCTokens;
  /** Keeps the tokens for the next time: called after the login, and whenever they were renewed. */
  onTokens?: (tokens: OIDCTokens) => void | Promise<void>;
  /** Sends the requests to the provider. Default: the platform's `fetch`. */
  fetch?: OIDCFetch;
}

/** How long before its end an access token is renewed, in milliseconds. */
const RENEWAL_MS = 30_000;
/** The most that a renewal may take, in milliseconds. */
const RENEWAL_LIMIT_MS = 30_000;
/** The pause between questions where the provider names none, and what is added to it, in seconds. */
const PAUSE = 5;

/**
 * Logs a person in by a code that they confirm on any device, and gives what `accessToken` of
 * `connect()` takes: it renews the token before it expires, for all requests that wait at once.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { oidcLogin, oidcProvider } from "@lxkit/client/auth";
 *
 * const server = { url: "https://10.0.0.5:8443", serverCert: "..." };
 * await using guest = await connect(server);
 * const accessToken = await oidcLogin({
 *   provider: await oidcProvider(guest.connector),
 *   onCode: (it) => console.log(`Open ${it.verificationUri} and enter ${it.userCode}`),
 * });
 * await using client = await connect({ ...server, accessToken });
 * ```
 *
 * @throws {TokenError} when the person or the provider refuses, or the code expires.
 * @throws {ConnectionError} when the provider cannot be reached.
 * @throws {ProtocolError} when the provider answers with something strange.
 */
export async function oidcLogin(options: OIDCLoginOptions): Promise<() => Promise<string>> {
  const login = new Login(options);
  await limited(options, `log in at ${options.provider.issuer}`, (signal) => login.start(signal));
  return () => login.token();
}

class Login {
  readonly #options: OIDCLoginOptions;
  readonly #client: OIDCClient;
  #tokens: OIDCTokens | undefined;
  #renewing: Promise<void> | undefined;

  constructor(options: OIDCLoginOptions) {
    this.#options = options;
    this.#tokens = options.tokens;
    this.#client = new OIDCClient(
      options.provider,
      options.fetch ?? ((url, init) => fetch(url, init)),
    );
  }

  /** Gets tokens: without the person where that can be. */
  async start(signal: AbortSignal | undefined): Promise<void> {
    if (this.#isFresh()) return;
    try {
      if (this.#tokens?.refreshToken !== undefined) return await this.#renew(signal);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
    }
    await this.#askPerson(signal);
  }

  /** The access token, renewed where it is time. */
  async token(): Promise<string> {
    if (!this.#isFresh()) {
      await (this.#renewing ??= limited(
        { timeout: RENEWAL_LIMIT_MS },
        this.#what("renew the access token"),
        (signal) => this.#renew(signal),
      ).finally(() => this.#renewing = undefined));
    }
    return this.#tokens!.accessToken;
  }

  #isFresh(): boolean {
    if (!this.#tokens) return false;
    const { expiresAt } = this.#tokens;
    return expiresAt === undefined || Date.parse(expiresAt) - Date.now() > RENEWAL_MS;
  }

  async #renew(signal: AbortSignal | undefined): Promise<void> {
    const refresh_token = this.#tokens?.refreshToken;
    const what = this.#what("renew the access token");
    if (refresh_token === undefined) {
      throw new TokenError(
        `Cannot ${what}: the provider gave nothing to renew it by. Log in again`,
        {
          reason: "expired",
        },
      );
    }
    const form = { grant_type: "refresh_token", refresh_token };
    const answer = await this.#client.post("token_endpoint", form, signal);
    if (answer.error !== undefined) {
      throw refused(what, answer, { secret: refresh_token, advice: ". Log in again" });
    }
    await this.#keep(answer);
  }

  async #askPerson(signal: AbortSignal | undefined): Promise<void> {
    const { provider, onCode } = this.#options;
    const { audience, scopes = ["openid", "offline_access"] } = provider;
    const what = this.#what("log in");
    const form = { audience, scope: scopes.join(" ") };
    const answer = await this.#client.post("device_authorization_endpoint", form, signal);
    if (answer.error !== undefined) throw refused(what, answer);
    const { device_code, user_code, verification_uri, verification_uri_complete, expires_in } =
      answer;
    if (
      typeof device_code !== "string" || typeof user_code !== "string" ||
      !isAddress(verification_uri) || typeof expires_in !== "number"
    ) {
      throw new ProtocolError(`Cannot ${what}: the provider sent no code, or no address for it`);
    }
    const expiresAt = new Date(Date.now() + expires_in * 1000);
    await onCode({
      userCode: user_code,
      verificationUri: verification_uri,
      verificationUriComplete: isAddress(verification_uri_complete)
        ? verification_uri_complete
        : undefined,
      expiresAt,
    });
    let pause = typeof answer.interval === "number" ? answer.interval : PAUSE;
    while (Date.now() + pause * 1000 < expiresAt.getTime()) {
      await delay(pause * 1000, signal);
      const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
      const asking = this.#client.post("token_endpoint", { grant_type, device_code }, signal);
      // The person may be about to confirm: a provider out of reach is asked again, less often.
      const given = await asking.catch((error) => {
        if (error instanceof ConnectionError) return { error: "slow_down" };
        throw error;
      });
      if (given.error === undefined) return await this.#keep(given);
      if (given.error === "expired_token") break;
      if (given.error === "slow_down") pause += PAUSE;
      else if (given.error !== "authorization_pending") {
        throw refused(what, given, { secret: device_code });
      }
    }
    throw new TokenError(`Cannot ${what}: nobody confirmed the code before it expired`, {
      reason: "expired",
    });
  }

  async #keep(answer: OIDCAnswer): Promise<void> {
    const { access_token, refresh_token, expires_in } = answer;
    if (typeof access_token !== "string") {
      throw new ProtocolError(`Cannot ${this.#what("log in")}: the provider sent no access token`);
    }
    const tokens: OIDCTokens = { accessToken: access_token };
    const refreshToken = typeof refresh_token === "string"
      ? refresh_token
      : this.#tokens?.refreshToken;
    if (refreshToken !== undefined) tokens.refreshToken = refreshToken;
    if (typeof expires_in === "number") {
      tokens.expiresAt = new Date(Date.now() + expires_in * 1000).toISOString();
    }
    this.#tokens = tokens;
    await this.#options.onTokens?.(conceal({ ...tokens }, "accessToken", "refreshToken"));
  }

  #what(what: string): string {
    return `${what} at ${this.#options.provider.issuer}`;
  }
}

/** The error for a refusal; the provider's words may repeat the secret that it was sent. */
function refused(
  what: string,
  { error, error_description }: OIDCAnswer,
  { secret = "", advice = "" } = {},
): TokenError {
  const words = [error, error_description].filter((it) => typeof it === "string").join(": ");
  const shown = secret ? words.replaceAll(secret, "...") : words;
  const why = error === "access_denied"
    ? "the person or the provider refused"
    : `the provider refused: ${shown}`;
  return new TokenError(`Cannot ${what}: ${why}${advice}`, { reason: "refused" });
}

/** Whether it can be shown to a person, who will open it. */
function isAddress(value: unknown): value is string {
  return typeof value === "string" && /^https?:\/\//.test(value) && URL.canParse(value);
}
