import type {
  Channel,
  Connector,
  ConnectorRequest,
  Upgraded,
  UpgradeRequest,
} from "../connector.ts";
import { deferred } from "../core/deferred.ts";
import { readEnvelope } from "../core/envelope.ts";
import { ConnectionError, ProtocolError } from "../errors.ts";
import { type Clock, VirtualClock } from "./simulator/clock.ts";
import { BACKGROUND_EXTENSIONS, extensionsOf } from "./simulator/extensions.ts";
import { Disconnected, type Fault, type FaultTarget } from "./simulator/faults.ts";
import type { ScriptedCommand } from "./simulator/guest/programs/scripted.ts";
import { type Random, seededRandom } from "./simulator/ids.ts";
import type { SeedImage } from "./simulator/images/seed_image.ts";
import { PacedBody } from "./paced_body.ts";
import { carry, type UpgradeWebSocket } from "./served_socket.ts";
import { type Dialect, SimulatedServer } from "./simulator/server.ts";

/** What a simulated server is to be like. */
export interface SimulatorOptions {
  /** Which daemon it is. Default: `incus`. */
  dialect?: Dialect;
  /** The time that it goes by. Default: a new {@linkcode VirtualClock}. */
  clock?: Clock;
  /**
   * Where ids, secrets and whatever else is left to chance come from. Default: numbers that are the
   * same in every run.
   */
  random?: Random;
  /**
   * How long the work of an operation takes, in milliseconds of the clock. Default: 100 on a
   * {@linkcode VirtualClock}, which makes it over at once; 0 on any other.
   */
  operationTime?: number;
  /** API extensions that it names beside those of LXD 5.0.2 or Incus 6.0.4. */
  addExtensions?: readonly string[];
  /** API extensions of LXD 5.0.2 or Incus 6.0.4 that it lacks. */
  removeExtensions?: readonly string[];
  /**
   * Whether changes of storage, profiles, networks and projects are answered with operations, as LXD 6
   * does it. Default: false.
   */
  background?: boolean;
  /** The members of its cluster. Default: none, as it is a server of its own. */
  members?: readonly string[];
  /** The images that it has from the start. Default: a container image of the name `busybox`. */
  images?: readonly SeedImage[];
  /** Commands that its instances have beside those that all have. */
  commands?: readonly ScriptedCommand[];
}

/**
 * An LXD or an Incus server in memory: state, errors, operations, events, files and commands as the
 * daemons have them, without a daemon, a socket or root. It has the storage pool `default`, the project
 * and profile of that name, and an image.
 *
 * It is a connector for a client in the same program, and {@linkcode Simulator.handle} answers requests
 * that come from elsewhere.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 * import { Simulator } from "@lxkit/client/testing";
 *
 * const simulator = new Simulator({ dialect: "lxd" });
 * await using client = await connect({ connector: simulator });
 * const source = { type: "image", alias: "busybox" } as const;
 * await client.instances.create({ name: "web", source, start: true });
 * ```
 */
export class Simulator implements Connector {
  /** What messages call it. */
  readonly address: string;
  /** The time that it goes by. */
  readonly clock: Clock;
  readonly #server: SimulatedServer;

  /** A server that was just set up. */
  constructor(options: SimulatorOptions = {}) {
    const { dialect = "incus", clock = new VirtualClock() } = options;
    const extensions = new Set([...extensionsOf(dialect), ...options.addExtensions ?? []]);
    if (options.background) { for (const it of BACKGROUND_EXTENSIONS) extensions.add(it); }
    for (const it of options.removeExtensions ?? []) extensions.delete(it);
    this.address = `simulated ${dialect === "lxd" ? "LXD" : "Incus"}`;
    this.clock = clock;
    this.#server = new SimulatedServer({
      dialect,
      clock,
      random: options.random ?? seededRandom(),
      extensions,
      operationTime: options.operationTime ?? (clock instanceof VirtualClock ? 100 : 0),
      members: options.members ?? [],
      images: options.images ?? [{ aliases: ["busybox"] }],
      commands: options.commands ?? [],
    });
  }

  /** The API extensions that it names. Changes are seen by whoever reads `GET /1.0` from then on. */
  get extensions(): Set<string> {
    return this.#server.extensions;
  }

  /**
   * Plans that something goes wrong with some calls.
   *
   * @example The second snapshot fails
   * ```ts
   * import { simulate } from "@lxkit/client/testing";
   *
   * await using simulation = await simulate();
   * simulation.simulator.fault(
   *   { call: "POST /1.0/instances/{name}/snapshots", nth: 2 },
   *   { kind: "full-disk" },
   * );
   * ```
   *
   * @throws {TypeError} when the call is no method in capitals and path, or has a query.
   * @throws {RangeError} when `nth` or `times` is no whole number from 1.
   */
  fault(target: FaultTarget, fault: Fault): void {
    this.#server.faults.add(target, fault);
  }

  /** Forgets all faults that were planned. */
  clearFaults(): void {
    this.#server.faults.clear();
  }

  /** Cuts all event streams that are open, as a server does that goes away. */
  cutEvents(): void {
    this.#server.events.cut();
  }

  /**
   * Answers a request. A WebSocket is opened by {@linkcode Simulator.webSocket}, or by
   * {@linkcode Simulator.serve}.
   *
   * @throws {Error} when a fault loses the connection.
   */
  async handle(request: Request): Promise<Response> {
    return await this.#server.handle(request);
  }

  /**
   * Answers a request that came over a connection, websockets included: for a server on a socket or a
   * port. SFTP is for clients in the same program: HTTP servers do not hand out their raw connections.
   *
   * @example
   * ```ts
   * import { Simulator } from "@lxkit/client/testing";
   *
   * const simulator = new Simulator();
   * Deno.serve(
   *   { path: "/tmp/incus.socket" },
   *   (request) => simulator.serve(request, Deno.upgradeWebSocket),
   * );
   * ```
   */
  async serve(request: Request, upgradeWebSocket: UpgradeWebSocket): Promise<Response> {
    try {
      const webSocket = request.headers.get("upgrade")?.toLowerCase() === "websocket";
      if (!webSocket) return await this.#server.handle(request);
      const opened = await this.#server.webSocket(request);
      if (opened instanceof Response) return opened;
      const { socket, response } = upgradeWebSocket(request);
      carry(opened, socket);
      return response;
    } catch (error) {
      if (error instanceof Disconnected) return brokenResponse(error);
      throw error;
    }
  }

  /** Sends one request. */
  async fetch(path: string, request: ConnectorRequest = {}): Promise<Response> {
    const { signal, body } = request;
    signal?.throwIfAborted();
    const sent = body instanceof ReadableStream ? new SentStream(body) : undefined;
    const answer = this.#server.handle(
      requestOf(path, { ...request, body: sent?.readable ?? body }),
    );
    const either = sent ? Promise.race([answer, sent.broken]) : answer;
    const response = await this.#reached(path, withSignal(either, signal));
    if (!response.body) return response;
    const { status, headers } = response;
    return new Response(new PacedBody(response.body, signal).readable, { status, headers });
  }

  /** Opens a WebSocket. */
  async webSocket(path: string, { signal }: { signal?: AbortSignal } = {}): Promise<Channel> {
    signal?.throwIfAborted();
    const opened = await this.#reached(path, this.#server.webSocket(requestOf(path, { signal })));
    if (opened instanceof Response) return await refuse(opened, "GET", path);
    return opened;
  }

  /** Opens a raw connection: SFTP. */
  async upgrade(path: string, protocol: string, request: UpgradeRequest = {}): Promise<Upgraded> {
    const { signal, method = "GET" } = request;
    signal?.throwIfAborted();
    const upgrading = this.#server.upgrade(requestOf(path, request), protocol);
    const opened = await this.#reached(path, upgrading);
    if (opened instanceof Response) return await refuse(opened, method, path);
    signal?.addEventListener("abort", () => opened.close(), { once: true });
    return Object.assign(opened, {
      [Symbol.asyncDispose]: () => Promise.resolve(opened.close()),
    });
  }

  /**
   * Ends what runs in all instances, as the end of a machine does: commands, terminals, consoles. What
   * it has stays.
   */
  halt(): void {
    for (const { guest } of this.#server.modules.instances.all()) guest.stop();
  }

  /** Does nothing: what it has stays, for the next client. */
  close(): void {}

  /** Names the connection where a fault loses it. */
  async #reached<T>(path: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof Disconnected)) throw error;
      throw new ConnectionError(
        `Cannot reach ${this.address} at ${path}: the connection was lost`,
        {
          reason: "lost",
          address: this.address,
          cause: error,
        },
      );
    }
  }
}

/** A stream that is sent: when it breaks, so does the connection. */
class SentStream {
  /** What it gives. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Rejects with what it broke by. */
  readonly broken: Promise<never>;

  constructor(source: ReadableStream<Uint8Array>) {
    const { promise, reject } = deferred<never>();
    promise.catch(() => {});
    this.broken = promise;
    const reader = source.getReader();
    this.readable = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          reject(error);
          controller.error(error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
  }
}

function requestOf(path: string, request: ConnectorRequest): Request {
  const { method, headers, body, signal } = request;
  const init = { method, headers, body, signal, duplex: "half" };
  return new Request(`http://127.0.0.1${path}`, init as RequestInit);
}

/** An answer whose connection breaks. */
function brokenResponse(error: unknown): Response {
  return new Response(new ReadableStream({ pull: (controller) => controller.error(error) }));
}

/** Rejects with the error that the answer to an upgrade tells. */
async function refuse(response: Response, method: string, path: string): Promise<never> {
  await readEnvelope(response, { method, path });
  throw new ProtocolError(`Cannot ${method} ${path}: the server did not upgrade`, {
    status: response.status,
  });
}

function withSignal<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return answer;
  const { promise, reject } = deferred<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  answer.catch(() => {});
  return Promise.race([answer, promise])
    .finally(() => signal.removeEventListener("abort", abort));
}
