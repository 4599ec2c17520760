/**
 * An OpenID Connect provider on loopback, with what the login by device code or in a browser takes, and
 * a script in place of the person.
 *
 * @module
 */

import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** How a provider behaves; all of it may be changed while it runs. */
export interface OIDCServerOptions {
  /** The errors that it answers before it gives tokens for a code; none by default. */
  errors?: string[];
  /** How long access tokens are good, in seconds; 300 by default, null for not telling. */
  lifetime?: number | null;
  /** What it says in place of its usual answer, by path. */
  answers?: Record<string, () => Response>;
}

/** A provider that runs. */
export interface OIDCServer extends AsyncDisposable {
  /** Its URL. */
  readonly issuer: string;
  /** How it behaves. */
  readonly options: OIDCServerOptions;
  /** The forms that it was sent, by path, in turn. */
  readonly forms: [path: string, form: Record<string, string>][];
  /** All secrets that it gave out. */
  readonly secrets: string[];
}

/** The id of the client that the provider knows. */
export const OIDC_CLIENT = "lxkit-test";

/** Starts a provider. */
export async function startOIDC(options: OIDCServerOptions = {}): Promise<OIDCServer> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const forms: OIDCServer["forms"] = [];
  const secrets: string[] = [];
  let refreshToken: string | undefined;

  const secret = (kind: string): string => {
    secrets.push(`${kind}-${crypto.randomUUID()}`);
    return secrets.at(-1)!;
  };

  const issue = async (issuer: string): Promise<Response> => {
    const { lifetime = 300 } = options;
    const access_token = await new SignJWT({ client_id: OIDC_CLIENT, email: "ada@example.org" })
      .setProtectedHeader({ alg: "RS256", kid: "1", typ: "at+jwt" })
      .setIssuer(issuer).setSubject("ada").setAudience(["lxkit-audience", OIDC_CLIENT])
      .setJti(crypto.randomUUID()).setIssuedAt().setExpirationTime(`${lifetime ?? 300}s`)
      .sign(privateKey);
    const id_token = await new SignJWT({ email: "ada@example.org" })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setIssuer(issuer).setSubject("ada").setAudience(OIDC_CLIENT).setIssuedAt()
      .setExpirationTime("300s").sign(privateKey);
    secrets.push(access_token, id_token);
    refreshToken = secret("refresh");
    return Response.json({
      access_token,
      id_token,
      refresh_token: refreshToken,
      token_type: "Bearer",
      expires_in: lifetime ?? undefined,
    });
  };

  const refuse = (error: string, error_description?: string) =>
    Response.json({ error, error_description }, { status: 400 });

  let deviceCode: string | undefined;
  const endpoints: Record<
    string,
    (issuer: string, form: Record<string, string>) => Response | Promise<Response>
  > = {
    "/.well-known/openid-configuration": (issuer) =>
      Response.json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        device_authorization_endpoint: `${issuer}/device`,
        jwks_uri: `${issuer}/keys`,
        token_endpoint: `${issuer}/token`,
      }),
    "/keys": async () =>
      Response.json({ keys: [{ ...await exportJWK(publicKey), kid: "1", use: "sig" }] }),
    "/authorize": (_, query) => {
      const { redirect_uri = "", state = "" } = query;
      return Response.redirect(`${redirect_uri}?${new URLSearchParams({ code: "c", state })}`);
    },
    "/device": (issuer, form) => {
      if (form.client_id !== OIDC_CLIENT) return refuse("invalid_client", "no such client");
      deviceCode = secret("device");
      return Response.json({
        device_code: deviceCode,
        user_code: "ABCD-EFGH",
        verification_uri: `${issuer}/activate`,
        verification_uri_complete: `${issuer}/activate?user_code=ABCD-EFGH`,
        expires_in: 600,
        interval: 0,
      });
    },
    "/token": (issuer, form) => {
      if (form.grant_type === "refresh_token") {
        const known = form.refresh_token === refreshToken;
        return known ? issue(issuer) : refuse("invalid_grant", `no ${form.refresh_token} here`);
      }
      if (form.grant_type === "authorization_code") return issue(issuer);
      if (form.device_code !== deviceCode) return refuse("invalid_grant");
      const error = options.errors?.shift();
      return error === undefined ? issue(issuer) : refuse(error, `for ${form.device_code}`);
    },
  };

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { origin, pathname, search } = new URL(request.url);
    const text = request.method === "GET" ? search : await request.text();
    const form = Object.fromEntries(new URLSearchParams(text));
    if (request.method === "POST") forms.push([pathname, form]);
    const own = options.answers?.[pathname];
    if (own) return own();
    return await endpoints[pathname]?.(origin, form) ?? new Response("not here", { status: 404 });
  });
  return {
    issuer: `http://127.0.0.1:${server.addr.port}`,
    options,
    forms,
    secrets,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
