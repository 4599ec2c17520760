import type { Connector } from "./connector.ts";
import { type CallOptions, expired, limitOf } from "./core/call.ts";
import { type Dialect, dialectOf } from "./core/dialect.ts";
import { readEnvelope } from "./core/envelope.ts";
import { Session } from "./core/session.ts";
import { ConnectionError, NotFoundError, ProtocolError } from "./errors.ts";
import type { ServerData } from "./types/mod.ts";

/** Where in a server calls go, and what is known of it beforehand. */
export interface OpenOptions {
  /** The project that calls go to. Default: the server's own default. */
  project?: string;
  /** The cluster member that calls go to. Default: the server's choice. */
  target?: string;
  /**
   * Which daemon it is. Default: what the server says of itself; for the local daemon, whichever is
   * found.
   */
  dialect?: Dialect;
}

/** A server that answered, and what it said of itself. */
export interface Opened {
  /** The way to it, with all that resources need to know. */
  session: Session;
  /** What it says of itself: `GET /1.0`. */
  server: ServerData;
}

/** The most that connecting may take unless the caller says otherwise, in milliseconds. */
const OPEN_LIMIT_MS = 30_000;

/** Runs what connects within the limits of a call. */
export async function limitedOpening<T>(
  { signal, timeout = OPEN_LIMIT_MS }: CallOptions,
  run: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const limit = limitOf(timeout, "connect");
  if (limit === undefined) return await run(signal);
  // The limit of a call is kept by `setTimeout`. In Deno its first use loads Node's timers: every script
  // would pay for them.
  const clock = AbortSignal.timeout(limit);
  try {
    return await run(signal ? AbortSignal.any([signal, clock]) : clock);
  } catch (error) {
    throw error === clock.reason ? expired("connect", limit) : error;
  }
}

/** Reads what a server says of itself; closes the connector of what is none. */
export async function open(
  connector: Connector,
  options: OpenOptions,
  signal: AbortSignal | undefined,
): Promise<Opened> {
  try {
    const server = await readServer(connector, signal);
    const facts = {
      dialect: options.dialect ?? dialectOf(server),
      extensions: new Set(server.api_extensions ?? []),
    };
    const { project, target } = options;
    return { session: new Session(connector, facts, { project, target }), server };
  } catch (error) {
    connector.close();
    throw error;
  }
}

async function readServer(
  connector: Connector,
  signal: AbortSignal | undefined,
): Promise<ServerData> {
  const notAServer = (cause?: unknown) =>
    new ConnectionError(`Cannot use ${connector.address}: what answers there is no LXD or Incus`, {
      reason: "not-a-server",
      address: connector.address,
      cause,
    });
  const response = await connector.fetch("/1.0", { signal });
  try {
    const { metadata } = await readEnvelope<ServerData>(response, { method: "GET", path: "/1.0" });
    if ((metadata as ServerData | null)?.api_version !== "1.0") throw notAServer();
    return metadata as ServerData;
  } catch (error) {
    signal?.throwIfAborted();
    const strange = error instanceof ProtocolError || error instanceof NotFoundError;
    throw strange ? notAServer(error) : error;
  }
}
