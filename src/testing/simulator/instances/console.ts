import type { InstanceConsolePost } from "../../../types/mod.ts";
import type { Call } from "../call.ts";
import type { GuestSession } from "../guest/session.ts";
import { badRequest, failed } from "../refusal.ts";
import { bytes, done } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { checkRuns } from "./exec.ts";
import type { Instances } from "./instances.ts";
import type { InstanceRecord } from "./record.ts";
import { SessionSockets } from "./session.ts";

/** The consoles of instances. */
export class ConsoleRoutes {
  readonly #server: SimulatedServer;
  readonly #instances: Instances;
  readonly #attached = new WeakMap<InstanceRecord, GuestSession>();

  /** Of a server. */
  constructor(server: SimulatedServer, instances: Instances) {
    this.#server = server;
    this.#instances = instances;
  }

  /** What answers at `console`. */
  routes(): Route[] {
    return [{
      path: "/1.0/instances/{name}/console",
      methods: {
        GET: (call) => this.#read(call),
        POST: (call) => this.#attach(call),
        DELETE: (call) => {
          this.#instances.of(call).guest.console.clearLog();
          return done();
        },
      },
    }];
  }

  #read(call: Call): Response {
    const instance = this.#instances.of(call);
    // Incus gives the log in place of the picture that containers have none of.
    const picture = call.query.get("type") === "vga";
    const log = picture ? new Uint8Array() : new Uint8Array(instance.guest.console.log());
    if (log.length === 0 && this.#server.dialect === "lxd") {
      throw failed("open : no such file or directory");
    }
    // Incus sends nothing where there is nothing, not even bytes.
    if (log.length === 0) {
      {
        const headers = { "content-type": "application/json", "content-length": "0" };
        return new Response("", { headers });
      }
    }
    return bytes(log);
  }

  async #attach(call: Call): Promise<Response> {
    const instance = this.#instances.of(call);
    const post = await call.json<InstanceConsolePost>("InstanceConsolePost");
    checkRuns(instance);
    const { type = "console" } = post;
    if (type === "vga") throw badRequest("VGA console is only supported by virtual machines");
    if (type !== "console" && type !== "") throw badRequest(`Unknown console type "${type}"`);
    this.#takeOver(instance, post.force ?? false);
    const session = instance.guest.attachConsole(post);
    this.#attached.set(instance, session);
    const sockets = new SessionSockets(session, this.#server.random);
    const operation = this.#server.operations.create({
      description: "Showing console",
      project: call.project,
      class: "websocket",
      resources: this.#instances.resources(instance),
      metadata: { fds: sockets.fds },
      connect: (secret, socket) => sockets.connect(secret, socket),
      hasSecret: (secret) => sockets.has(secret),
      run: async () => {
        const { error } = await session.run();
        if (error !== undefined) throw failed(error);
      },
      ended: () => {
        if (this.#attached.get(instance) === session) this.#attached.delete(instance);
        session.finish();
      },
    });
    this.#instances.tell("console", instance, { type: "console" });
    return this.#server.operations.answer(operation);
  }

  #takeOver(instance: InstanceRecord, force: boolean): void {
    const session = this.#attached.get(instance);
    if (!session || !this.#server.extensions.has("console_force")) return;
    if (!force) {
      throw badRequest("This console is already connected. Force is required to take it over.");
    }
    session.cancel?.();
  }
}
