import { Call } from "./call.ts";
import { Disconnected, type Fault, refusalOf } from "./faults.ts";
import { bytePair, type ClientSocket, socketPair } from "./guest/socket_pair.ts";
import type { ByteDuplex, ServerSocket } from "./guest/socket.ts";
import { badRequest, notFound, Refusal } from "./refusal.ts";
import { refused } from "./reply.ts";
import { type Route, Router } from "./router.ts";
import type { SimulatedServer } from "./server.ts";

const EVENTS = "/1.0/events";
const OPERATION_SOCKET = "/1.0/operations/{id}/websocket";

/** What happens to a request from its arrival to its answer. */
export class Handling {
  readonly #server: SimulatedServer;
  readonly #router = new Router();

  /** Answers by these routes. */
  constructor(server: SimulatedServer, routes: readonly Route[]) {
    this.#server = server;
    for (const route of routes) this.#router.add(route);
    for (const path of [EVENTS, OPERATION_SOCKET]) {
      this.#router.add({ path, methods: { GET: () => notAWebSocket() } });
    }
  }

  /** Answers a request. */
  answer(request: Request): Promise<Response> {
    return this.#guarded(request, async () => {
      const { call, route } = this.#find(request);
      const handler = route.methods[request.method];
      if (!handler) throw new Refusal(501, "not implemented");
      this.#log(call);
      return await handler(call);
    });
  }

  /** Opens a WebSocket; gives the client's end of it, or what refuses it. */
  webSocket(request: Request): Promise<ClientSocket | Response> {
    return this.#guarded<ClientSocket | Response>(request, () => {
      const { call, route } = this.#find(request);
      const connect = this.#socketOf(call, route);
      const { client, server } = socketPair();
      connect(server);
      return client;
    });
  }

  /** Opens a raw connection; gives the client's end of it, or what refuses it. */
  upgrade(request: Request, protocol: string): Promise<ByteDuplex | Response> {
    return this.#guarded<ByteDuplex | Response>(request, () => {
      const { call, route } = this.#find(request);
      if (protocol !== "sftp" || !route.path.endsWith("/sftp")) {
        throw badRequest("Missing or invalid upgrade header");
      }
      const { modules } = this.#server;
      const guest = route.path.startsWith("/1.0/instances/")
        ? modules.instances.of(call).guest
        : modules.pools.volumeOf(call).guest;
      const [client, server] = bytePair();
      guest.serveSftp(server).catch(() => server.close());
      return client;
    });
  }

  #find(request: Request): { call: Call; route: Route } {
    const url = new URL(request.url);
    const found = this.#router.find(url.pathname);
    const { extensions } = this.#server;
    if (!found || found.route.extension && !extensions.has(found.route.extension)) {
      throw notFound("not found");
    }
    return { call: new Call(request, url, found.params), route: found.route };
  }

  #socketOf(call: Call, { path }: Route): (socket: ServerSocket) => void {
    if (path === OPERATION_SOCKET) return this.#server.operations.webSocket(call);
    if (path !== EVENTS) throw badRequest("Bad Request");
    const filter = eventFilter(call);
    return (socket) => this.#server.events.listen(socket, filter);
  }

  /** Does what the faults of a request say, and turns what is thrown into an answer. */
  async #guarded<T>(request: Request, answer: () => T | Promise<T>): Promise<T | Response> {
    const { pathname } = new URL(request.url);
    const faults = this.#server.faults.take(request.method, pathname);
    try {
      await this.#server.modules.images.ready;
      await this.#suffer(faults, request);
      const result = await answer();
      if (faults.some((it) => it.kind === "disconnect")) throw new Disconnected();
      return result;
    } catch (error) {
      if (error instanceof Disconnected || request.signal.aborted) throw error;
      return refused(error);
    }
  }

  async #suffer(faults: readonly Fault[], request: Request): Promise<void> {
    for (const fault of faults) {
      if (fault.kind === "delay") {
        await this.#server.clock.sleep(fault.milliseconds, request.signal);
      }
      if (fault.kind === "lost-events") this.#server.events.cut();
      if (fault.kind === "disconnect" && !fault.after) throw new Disconnected();
      const refusal = refusalOf(fault);
      if (!refusal) continue;
      if (fault.kind === "error") throw refusal;
      this.#server.planFailure(request, refusal);
    }
  }

  #log(call: Call): void {
    const { events } = this.#server;
    if (!events.heard("logging")) return;
    events.tell("logging", {
      message: "Handling API request",
      level: "debug",
      context: { ip: "@", method: call.method, protocol: "unix", url: call.path, username: "root" },
    });
  }
}

const EVENT_TYPES = ["logging", "operation", "lifecycle", "network-acl"];

function eventFilter(call: Call): { types: Set<string>; project: string | undefined } {
  const asked = call.query.get("type");
  const types = asked ? asked.split(",") : EVENT_TYPES;
  for (const type of types) {
    if (!EVENT_TYPES.includes(type)) throw badRequest(`"${type}" isn't a supported event type`);
  }
  return { types: new Set(types), project: call.allProjects ? undefined : call.project };
}

function notAWebSocket(): Response {
  return new Response("Bad Request\n", {
    status: 400,
    headers: { "content-type": "text/plain; charset=utf-8", "sec-websocket-version": "13" },
  });
}
