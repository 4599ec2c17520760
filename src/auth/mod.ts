/**
 * Access tokens: how a client proves who it is where it shows no certificate. Each function here gives
 * what `accessToken` of `connect()` takes. On every runtime, browsers included.
 *
 * @module
 */

export { clientToken, type ClientTokenOptions } from "./client_token.ts";
export type { OIDCFetch } from "./oidc_client.ts";
export { type OIDCCode, oidcLogin, type OIDCLoginOptions, type OIDCTokens } from "./oidc_login.ts";
export { type OIDCProvider, oidcProvider } from "./oidc_provider.ts";
