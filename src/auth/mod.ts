/**
 * Access tokens: how a client proves who it is where it shows no certificate. Each function here gives
 * what `accessToken` of `connect()` takes. On every runtime, browsers included.
 *
 * @module
 */

export { clientToken, type ClientTokenOptions } from "./client_token.ts";
