/** Logins at a provider on loopback: what a person may do, and what a provider may get wrong. */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { Connector } from "../../src/connector.ts";
import {
  type OIDCCode,
  type OIDCFetch,
  oidcLogin,
  type OIDCLoginOptions,
  oidcProvider,
  type OIDCTokens,
} from "../../src/auth/mod.ts";
import {
  ConnectionError,
  ProtocolError,
  TimeoutError,
  TokenError,
  UnsupportedError,
} from "../../src/errors.ts";
import { OIDC_CLIENT, type OIDCServer, startOIDC } from "../kit/oidc.ts";

/** Options of a login at the server; nobody is shown a code. */
function at(server: OIDCServer, options: Partial<OIDCLoginOptions> = {}): OIDCLoginOptions {
  return {
    provider: { issuer: server.issuer, clientId: OIDC_CLIENT },
    onCode() {},
    ...options,
  };
}

/** How often the server was asked for tokens in one of the ways. */
function count(server: OIDCServer, grant: "refresh_token" | "device_code"): number {
  return server.forms.filter(([, form]) => form.grant_type?.endsWith(grant)).length;
}

function assertSilent(server: OIDCServer, ...shown: unknown[]): void {
  for (const it of shown) {
    const text = Deno.inspect(it, { depth: 10, showHidden: true, getters: true });
    for (const secret of server.secrets) assert(!text.includes(secret), text);
  }
}

/** Makes pauses of seconds pass at once, and notes them. */
function skipPauses(): { pauses: number[] } & Disposable {
  const { setTimeout } = globalThis;
  const pauses: number[] = [];
  globalThis.setTimeout = ((run: () => void, pause: number) => {
    pauses.push(pause);
    return setTimeout(run, 0);
  }) as typeof setTimeout;
  return { pauses, [Symbol.dispose]: () => void (globalThis.setTimeout = setTimeout) };
}

Deno.test("a login shows the code, asks for it as told, and keeps what it gave", async () => {
  await using server = await startOIDC();
  const codes: OIDCCode[] = [];
  const kept: OIDCTokens[] = [];
  const { issuer } = server;
  const accessToken = await oidcLogin({
    provider: { issuer: `${issuer}/`, clientId: OIDC_CLIENT, audience: "a", scopes: ["x", "y"] },
    onCode: (code) => void codes.push(code),
    onTokens: (tokens) => void kept.push(tokens),
  });
  const [{ expiresAt, ...code }] = codes as [OIDCCode];
  assertEquals(code, {
    userCode: "ABCD-EFGH",
    verificationUri: `${issuer}/activate`,
    verificationUriComplete: `${issuer}/activate?user_code=ABCD-EFGH`,
  });
  assert(expiresAt.getTime() > Date.now());
  const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
  const [device_code] = server.secrets as [string];
  assertEquals(server.forms, [
    ["/device", { client_id: OIDC_CLIENT, audience: "a", scope: "x y" }],
    ["/token", { client_id: OIDC_CLIENT, grant_type, device_code }],
  ]);
  assertEquals(kept.map((it) => it.accessToken), [await accessToken()]);
  assert(server.secrets.includes(kept[0]!.refreshToken!));
  assert(Date.parse(kept[0]!.expiresAt!) > Date.now());
  assertSilent(server, accessToken);
});

Deno.test("a login asks as often as the provider allows, until somebody confirmed", async () => {
  await using server = await startOIDC({
    errors: ["authorization_pending", "slow_down", "authorization_pending", "slow_down"],
  });
  using skipped = skipPauses();
  await oidcLogin(at(server));
  assertEquals(skipped.pauses.filter((it) => it > 0), [5000, 5000, 10_000]);
  assertEquals(count(server, "device_code"), 5);
});

Deno.test("a login survives a provider that is out of reach for a moment", async () => {
  await using server = await startOIDC({ errors: ["authorization_pending"] });
  using skipped = skipPauses();
  let calls = 0;
  const fetch: OIDCFetch = (...args) => {
    if (String(args[0]).endsWith("/token") && ++calls === 2) throw new TypeError("no network");
    return globalThis.fetch(...args);
  };
  await oidcLogin(at(server, { fetch }));
  assertEquals([skipped.pauses.filter((it) => it > 0), calls], [[5000], 3]);
  await assertRejects(
    () => oidcLogin(at(server, { provider: { issuer: "http://127.evil.example", clientId: "x" } })),
    TypeError,
    "it is no URL of HTTPS",
  );
});

Deno.test("a login that is refused says by whom, and shows no secret", async () => {
  for (
    const [error, reason, words] of [
      ["access_denied", "refused", "the person or the provider refused"],
      ["expired_token", "expired", "nobody confirmed the code before it expired"],
      ["invalid_grant", "refused", "the provider refused: invalid_grant: for ..."],
    ] as const
  ) {
    await using server = await startOIDC({ errors: [error] });
    const refusal = await assertRejects(() => oidcLogin(at(server)), TokenError);
    assertEquals(refusal.message, `Cannot log in at ${server.issuer}: ${words}`);
    assertEquals(refusal.reason, reason);
    assertSilent(server, refusal);
  }
  await using server = await startOIDC();
  const provider = { issuer: server.issuer, clientId: "stranger" };
  const words = "the provider refused: invalid_client: no such client";
  await assertRejects(() => oidcLogin({ provider, onCode() {} }), TokenError, words);
});

Deno.test("a login ends with its code, its signal, its limit, and what shows the code", async () => {
  const errors = () => Array(10_000).fill("authorization_pending");
  await using server = await startOIDC({
    answers: {
      "/device": () =>
        Response.json({
          device_code: "5ecre7",
          user_code: "A",
          verification_uri: "https://example.org",
          expires_in: 3,
        }),
    },
  });
  const late = await assertRejects(() => oidcLogin(at(server)), TokenError);
  assertEquals(late.reason, "expired");
  delete server.options.answers;
  server.options.errors = errors();
  const stop = new AbortController();
  const onCode = () => void setTimeout(() => stop.abort("enough"), 20);
  const { signal } = stop;
  assertEquals(await oidcLogin(at(server, { signal, onCode })).catch((it) => it), "enough");
  await assertRejects(() => oidcLogin(at(server, { timeout: 50 })), TimeoutError, "Cannot log in");
  const mine = new Error("no screen");
  const failing = () => Promise.reject(mine);
  assertEquals(await oidcLogin(at(server, { onCode: failing })).catch((it) => it), mine);
});

Deno.test("tokens are renewed before they expire, once for all that wait", async () => {
  await using server = await startOIDC({ lifetime: 10 });
  const kept: OIDCTokens[] = [];
  const accessToken = await oidcLogin(at(server, { onTokens: (it) => void kept.push(it) }));
  const tokens = await Promise.all([accessToken(), accessToken(), accessToken()]);
  assertEquals(count(server, "refresh_token"), 1);
  assertEquals(new Set(tokens), new Set([kept[1]!.accessToken]));
  assertNotEquals(kept[0], kept[1]);
  server.options.lifetime = 300;
  assertEquals(await accessToken(), await accessToken());
  assertEquals(count(server, "refresh_token"), 2);
  assertEquals(kept.length, 3);
});

Deno.test("a token whose end nobody tells is used until the server refuses it", async () => {
  await using server = await startOIDC({ lifetime: null });
  const accessToken = await oidcLogin(at(server));
  assertEquals(await accessToken(), await accessToken());
  assertEquals(count(server, "refresh_token"), 0);
});

Deno.test("earlier tokens are used and renewed without asking anybody", async () => {
  await using server = await startOIDC();
  let kept: OIDCTokens | undefined;
  await oidcLogin(at(server, { onTokens: (it) => void (kept = it) }));
  const onCode = () => Promise.reject(new Error("somebody was asked"));
  const again = await oidcLogin(at(server, { onCode, tokens: kept }));
  assertEquals(await again(), kept!.accessToken);
  assertEquals(count(server, "refresh_token"), 0);
  const tokens = { ...kept!, expiresAt: new Date(0).toISOString() };
  const renewed = await oidcLogin(at(server, { onCode, tokens }));
  assertNotEquals(await renewed(), kept!.accessToken);
  assertEquals([count(server, "refresh_token"), count(server, "device_code")], [1, 1]);
});

Deno.test("tokens that cannot be renewed lead to a login, and later to an error", async () => {
  await using server = await startOIDC({ lifetime: 10 });
  const expiresAt = new Date(0).toISOString();
  for (const refreshToken of ["refresh-from-long-ago", undefined]) {
    const tokens = { accessToken: "old", refreshToken, expiresAt };
    const accessToken = await oidcLogin(at(server, { tokens }));
    // Another login takes the place of this one.
    await oidcLogin(at(server));
    const refusal = await assertRejects(accessToken, TokenError);
    assertEquals(
      refusal.message,
      `Cannot renew the access token at ${server.issuer}: ` +
        "the provider refused: invalid_grant: no ... here. Log in again",
    );
    assertSilent(server, refusal);
  }
  server.options.answers = { "/token": () => Response.json({ access_token: "x", expires_in: 1 }) };
  const accessToken = await oidcLogin(at(server));
  await assertRejects(accessToken, TokenError, "the provider gave nothing to renew it by");
});

Deno.test("a provider that is none, or leads elsewhere, is told as such", async () => {
  await using server = await startOIDC();
  const { issuer } = server;
  const description = {
    issuer,
    token_endpoint: `${issuer}/token`,
    device_authorization_endpoint: `${issuer}/device`,
  };
  const discovery = "/.well-known/openid-configuration";
  const code = { device_code: "a", user_code: "b", verification_uri: `${issuer}/x`, expires_in: 9 };
  const wrong: [
    path: string,
    answer: () => Response,
    error: typeof ProtocolError | typeof TypeError,
    words: string,
  ][] = [
    [discovery, () => new Response("hello"), ProtocolError, "is no OIDC provider"],
    [discovery, () => Response.json({}, { status: 500 }), ProtocolError, "with status 500"],
    [discovery, () => Response.redirect("https://example.org"), ProtocolError, "status 302"],
    [
      discovery,
      () => Response.json({ ...description, issuer: "https://example.org" }),
      ProtocolError,
      "has another name",
    ],
    [
      discovery,
      () => Response.json({ issuer }),
      ProtocolError,
      "has no device_authorization_endpoint",
    ],
    [
      discovery,
      () => Response.json({ ...description, device_authorization_endpoint: "http://example.org/" }),
      TypeError,
      "no URL of HTTPS",
    ],
    ["/device", () => Response.json({}), ProtocolError, "sent no code"],
    [
      "/device",
      () => Response.json({ ...code, verification_uri: "javascript:x" }),
      ProtocolError,
      "sent no code",
    ],
    ["/device", () => new Response("oops", { status: 502 }), ProtocolError, "with status 502"],
    [
      "/token",
      () => Response.json({ token_type: "Bearer" }),
      ProtocolError,
      "sent no access token",
    ],
  ];
  for (const [path, answer, error, words] of wrong) {
    server.options.answers = { [path]: answer };
    using _ = skipPauses();
    await assertRejects<Error>(() => oidcLogin(at(server)), error, words);
  }
  for (const other of ["http://example.org", "not a URL", "ftp://localhost"]) {
    const provider = { issuer: other, clientId: OIDC_CLIENT };
    await assertRejects(() => oidcLogin({ provider, onCode() {} }), TypeError, "no URL of HTTPS");
  }
  const provider = { issuer: "http://127.0.0.1:1", clientId: OIDC_CLIENT };
  const gone = await assertRejects(() => oidcLogin({ provider, onCode() {} }), ConnectionError);
  assertEquals(gone.reason, "unreachable");
});

Deno.test("requests to a provider go through the caller's fetch", async () => {
  await using server = await startOIDC();
  const urls: string[] = [];
  const own = (url: string, init: RequestInit) => {
    urls.push(new URL(url).pathname);
    return fetch(url, init);
  };
  await oidcLogin(at(server, { fetch: own }));
  assertEquals(urls, ["/.well-known/openid-configuration", "/device", "/token"]);
});

/** A server that refuses with these header fields. */
function refusing(headers: Record<string, string>, status = 403): Connector {
  return {
    address: "https://host",
    fetch: () => Promise.resolve(new Response("{}", { status, headers })),
    webSocket: () => Promise.reject(new Error("not expected")),
    close() {},
  };
}

Deno.test("the provider of a server is read from the header fields of either daemon", async () => {
  const issuer = "https://example.org";
  const clientId = "c";
  const lxd = { "X-LXD-OIDC-issuer": issuer, "X-LXD-OIDC-clientid": clientId };
  const incus = { "X-Incus-OIDC-issuer": issuer, "X-Incus-OIDC-clientid": clientId };
  const known = { issuer, clientId, audience: undefined };
  const usual = ["openid", "email", "offline_access", "profile"];
  for (
    const [fields, provider] of [
      [incus, { ...known, scopes: undefined }],
      [{ ...incus, "X-Incus-OIDC-audience": "a" }, { ...known, audience: "a", scopes: undefined }],
      [{ ...incus, "X-Incus-OIDC-scopes": "openid,x" }, { ...known, scopes: ["openid", "x"] }],
      [lxd, { ...known, scopes: usual }],
      [{ ...lxd, "X-LXD-OIDC-groups-claim": "g" }, { ...known, scopes: [...usual, "g"] }],
      [{ ...lxd, "X-LXD-OIDC-scopes": `["openid", "x"]` }, { ...known, scopes: ["openid", "x"] }],
    ] as const
  ) {
    assertEquals(await oidcProvider(refusing(fields)), provider);
    assertEquals(await oidcProvider(refusing(fields, 401)), provider);
  }
  const empty: Record<string, string>[] = [
    {},
    { "X-Incus-OIDC-issuer": issuer },
    { "X-LXD-OIDC-issuer": "", "X-LXD-OIDC-clientid": "" },
  ];
  for (const fields of empty) {
    await assertRejects(() => oidcProvider(refusing(fields)), UnsupportedError, "it names none");
  }
});
