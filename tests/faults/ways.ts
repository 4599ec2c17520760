import type { ConnectOptions } from "../../mod.ts";
import type { Daemon } from "../kit/daemon.ts";
import type { Fault, FaultKind } from "../kit/faults/fault.ts";
import { FaultProxy } from "../kit/faults/proxy.ts";
import { makeCertificate, trustedAccess } from "../kit/trust.ts";

/** A way from a client through a proxy to a daemon. */
export interface Way extends AsyncDisposable {
  /** What it is called. */
  name: string;
  /** The proxy. */
  proxy: FaultProxy;
  /** What a client takes to go this way. */
  options: ConnectOptions;
  /** What can befall it. */
  chances: readonly Chance[];
}

type Chance = Pick<Fault, "kind" | "framed">;

/** What can befall bytes, whatever they are. */
const ofBytes: readonly Chance[] = [
  "cut",
  "reset",
  "stall",
  "delay",
  "bytes",
  "coalesce",
  "half-close",
].map((kind) => ({ kind: kind as FaultKind, framed: false }));

/** What can befall frames. */
const ofFrames: readonly Chance[] = ["garbage", "oversized", "double-close"]
  .map((kind) => ({ kind: kind as FaultKind, framed: true }));

/** Over a Unix socket. */
export function overUnix(daemon: Daemon): Way {
  const path = `${daemon.directory}/proxy`;
  const proxy = new FaultProxy({
    listener: Deno.listen({ transport: "unix", path }),
    dial: () => Deno.connect({ transport: "unix", path: daemon.socket }),
  });
  return {
    name: "a Unix socket",
    proxy,
    options: { socket: path },
    chances: [...ofBytes, ...ofFrames],
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

/** Over HTTPS to the daemon itself: what befalls are the encrypted bytes. */
export async function overHttps(daemon: Daemon): Promise<Way> {
  const access = await trustedAccess(daemon);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const proxy = new FaultProxy({
    listener,
    dial: () => Deno.connect({ hostname: "127.0.0.1", port: daemon.httpsPort }),
  });
  return {
    name: "HTTPS",
    proxy,
    options: { ...access, url: `https://127.0.0.1:${listener.addr.port}` },
    // What is encrypted shows that it was changed, wherever it was.
    chances: [...ofBytes, { kind: "garbage", framed: false }],
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

/** Over HTTPS to a proxy that decrypts: what befalls are the frames. */
export async function overTlsProxy(daemon: Daemon): Promise<Way> {
  const { serverCert, cert, key } = await trustedAccess(daemon);
  const own = await makeCertificate({ name: "proxy", address: "127.0.0.1" });
  const alpnProtocols = ["http/1.1"];
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...own, alpnProtocols });
  const port = daemon.httpsPort;
  const caCerts = [serverCert];
  const proxy = new FaultProxy({
    listener,
    dial: () => Deno.connectTls({ hostname: "127.0.0.1", port, caCerts, cert, key, alpnProtocols }),
  });
  return {
    name: "HTTPS that a proxy decrypts",
    proxy,
    options: { serverCert: own.cert, cert, key, url: `https://127.0.0.1:${listener.addr.port}` },
    chances: [...ofFrames, { kind: "cut", framed: false }],
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
