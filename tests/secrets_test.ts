/**
 * What nobody may read by chance: no key, token, password or secret of an operation stands in what
 * consoles show of any object, in any error, or on the console, on Deno over HTTPS.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Channel,
  connect,
  type Connector,
  type ConnectorRequest,
  type ConnectorResponse,
  joinServer,
  type Upgraded,
  type UpgradeRequest,
} from "../mod.ts";
import { clientToken } from "../src/auth/mod.ts";
import { httpsConnector } from "../src/connectors/https.ts";
import { webConnector } from "../src/connectors/web.ts";
import { createCertificate } from "../src/trust/mod.ts";
import { Api } from "./kit/api.ts";
import type { Daemon } from "./kit/daemon.ts";
import { relayTo } from "./kit/relay.ts";
import { imageAlias } from "./kit/setup.ts";
import { daemonTest } from "./kit/suite.ts";

/** Everything that was shown, and what must not stand in it. */
class Watch implements Disposable {
  readonly #secrets = new Map<string, string>();
  readonly #shown: [what: string, text: string][] = [];
  readonly #console = { ...console };

  constructor() {
    for (const name of ["log", "info", "debug", "warn", "error"] as const) {
      // deno-lint-ignore no-console
      console[name] = (...words: unknown[]) => this.show(`console.${name}`, words);
    }
  }

  /** Adds a secret, and the ways in which it may be written. */
  keep(what: string, secret: string): string {
    assert(secret.length > 8, `${what} is too short to be searched for`);
    for (const written of [secret, encodeURIComponent(secret), btoa(secret)]) {
      this.#secrets.set(written, what);
    }
    return secret;
  }

  /** Adds a private key, by each of its lines. */
  keepKey(what: string, pem: string): void {
    for (const line of pem.split("\n").filter((it) => it && !it.startsWith("-"))) {
      this.keep(what, line);
    }
  }

  /** Looks at an object as consoles do, and at an error with its stack and fields, too. */
  show(what: string, object: unknown): void {
    this.#shown.push([what, Deno.inspect(object, { depth: 30, showHidden: true })]);
    if (!(object instanceof Error)) return;
    const fields = { ...object, stack: object.stack, message: object.message };
    this.#shown.push([what, JSON.stringify(fields)]);
    if (object.cause !== undefined) this.show(`the cause of ${what}`, object.cause);
  }

  /** Shows the error that a call ends with. */
  async fails(what: string, call: () => unknown): Promise<void> {
    this.show(what, await assertRejects(async () => void await call()));
  }

  /** Fails where a secret was shown. */
  check(): void {
    const found: string[] = [];
    for (const [what, text] of this.#shown) {
      for (const [secret, name] of this.#secrets) {
        if (text.includes(secret)) found.push(`${what} shows ${name}`);
      }
    }
    assertEquals(found, []);
    assert(this.#secrets.size > 10 && this.#shown.length > 20, "too little was looked at");
  }

  [Symbol.dispose](): void {
    Object.assign(console, this.#console);
  }
}

/** Passes everything on, and keeps the secrets of WebSockets and operations. */
class WatchedConnector implements Connector {
  readonly address: string;
  readonly #inner: Connector;
  readonly #watch: Watch;

  constructor(inner: Connector, watch: Watch) {
    this.address = inner.address;
    this.#inner = inner;
    this.#watch = watch;
  }

  async fetch(path: string, request?: ConnectorRequest): Promise<ConnectorResponse> {
    const response = await this.#inner.fetch(path, request);
    const text = await response.text();
    for (const [, secret] of text.matchAll(/"(?:secret|\d|control)":"([0-9a-f]{32,})"/g)) {
      this.#watch.keep("the secret of an operation", secret!);
    }
    return new Response(text || null, response);
  }

  webSocket(path: string, options?: { signal?: AbortSignal }): Promise<Channel> {
    const secret = new URLSearchParams(path.split("?")[1]).get("secret");
    if (secret) this.#watch.keep("the secret of a WebSocket", secret);
    return this.#inner.webSocket(path, options);
  }

  upgrade(path: string, protocol: string, request?: UpgradeRequest): Promise<Upgraded> {
    return this.#inner.upgrade!(path, protocol, request);
  }

  close(): void {
    this.#inner.close();
  }
}

/** Issues a token for a client; its secret is kept, and what carries it is shown. */
async function issue(daemon: Daemon, watch: Watch, name: string): Promise<string> {
  await using local = await connect({ socket: daemon.socket });
  const token = await local.certificates.createToken({ name });
  watch.keep("the secret of a token", token.content.secret);
  watch.show("an issued token", token);
  watch.show("a token that was read", local.certificates.parseToken(token.text));
  watch.show("the operation of a token", await local.operations.list());
  return watch.keep("a token", token.text);
}

daemonTest("No secret is shown by any object, error or line on the console", async (daemon) => {
  using watch = new Watch();
  const identity = await createCertificate({ name: "laptop" });
  watch.keepKey("the client's key", identity.key);
  watch.show("an identity", identity);

  const token = await issue(daemon, watch, "laptop");
  const access = await joinServer({ token, ...identity });
  assertEquals(access.key, identity.key);
  watch.show("an access", access);
  const stranger = await createCertificate({ name: "stranger" });
  watch.keepKey("a stranger's key", stranger.key);
  await watch.fails("a used token", () => joinServer({ token, ...stranger }));
  await watch.fails("a used token", () => connect({ token, ...stranger }));
  await watch.fails("a damaged token", () => joinServer({ token: token.slice(9), ...stranger }));

  const connector = new WatchedConnector(httpsConnector(access), watch);
  watch.show("the connector over HTTPS", httpsConnector(access));
  await using client = await connect({ connector });
  const source = { type: "image", alias: imageAlias } as const;
  const task = client.instances.create({ name: "web", start: true, source });
  watch.show("a task under way", task);
  const instance = await task;
  watch.show("a task that ended", task);
  watch.show("the operation of a task", await task.accepted);
  watch.show("the output of a command", await instance.exec(["true"]));
  const events = client.events();
  await events.opened;
  const shell = await instance.spawn(["sh"]);
  const [image] = await client.images.list();
  const secret = await image!.createSecret();
  watch.keep("the secret of an image", secret.secret);
  const sftp = await instance.sftp();
  const objects = {
    client,
    connector,
    server: client.server,
    scoped: client.project("default"),
    tree: client.api,
    events,
    instances: await client.instances.list(),
    instance,
    shell,
    image,
    secret,
    sftp,
    operations: await client.operations.list(),
    certificates: await client.certificates.list(),
    files: instance.files,
  };
  for (const [what, object] of Object.entries(objects)) watch.show(what, object);

  await watch.fails("what is not there", () => client.instances.get("none"));
  await watch.fails("a command that cannot start", () => instance.exec([]));
  await watch.fails("an instance that exists", () => instance.rename("web"));
  await watch.fails("a limit", () => instance.exec(["sleep", "9"], { timeout: 50 }));
  await watch.fails(
    "a signal",
    () => instance.exec(["sleep", "9"], { signal: AbortSignal.abort() }),
  );
  await watch.fails("no WebSocket of that secret", async () => {
    const operation = (await task.accepted)!;
    await operation.webSocket(watch.keep("a wrong secret", "5ecre7-of-nothing"));
  });
  const wrong = { ...access, fingerprint: "0".repeat(64) };
  await watch.fails("another certificate", () => connect(wrong));
  await watch.fails("half of an identity", () => connect({ ...access, cert: undefined }));
  await watch.fails("a key that is none", () => connect({ ...access, key: token }));
  await watch.fails("another's key", () => connect({ ...access, key: stranger.key }));
  await using guest = await connect({ ...access, ...stranger });
  await watch.fails("a stranger", () => guest.instances.list());

  if (daemon.kind === "lxd") {
    using api = new Api(daemon.socket);
    const password = watch.keep("the trust password", "open sesame, please");
    await api.request("PATCH", "/1.0", { body: { config: { "core.trust_password": password } } });
    const guess = watch.keep("a wrong password", "close sesame, please");
    const { url, fingerprint } = access;
    const options = { url, fingerprint, ...stranger, name: "x" };
    await watch.fails("a wrong password", () => joinServer({ ...options, password: guess }));
    watch.show("access by password", await joinServer({ ...options, password }));
  } else {
    const bearer = watch.keep("an access token", await clientToken(identity));
    const serverCert = await Deno.readTextFile(`${daemon.home}/server.crt`);
    await using relay = relayTo({ url: access.url, serverCert });
    const web = webConnector({ url: relay.url, accessToken: bearer });
    watch.show("the web connector", web);
    await using byToken = await connect({ connector: web });
    watch.show("a client by token", byToken);
    await watch.fails("what is not there, by token", () => byToken.instances.get("none"));
    await watch.fails("no such WebSocket, by token", () => web.webSocket("/1.0/none"));
    const late = watch.keep("a token of a stranger", await clientToken(stranger));
    await using other = await connect({ url: access.url, serverCert, accessToken: late });
    await watch.fails("a stranger by token", () => other.instances.list());
  }

  await daemon.kill();
  await watch.fails("a command whose server is gone", () => shell.status);
  await watch.fails("a request whose server is gone", () => client.instances.list());
  await watch.fails("files whose server is gone", () => sftp.stat("/"));
  watch.show("a process whose server is gone", shell);
  await events.close();
  await shell[Symbol.asyncDispose]();
  await sftp[Symbol.asyncDispose]();
  watch.check();
});
