import type { Call } from "./call.ts";
import { type Document, documentRoutes, findDocument } from "./documents.ts";
import { randomId } from "./ids.ts";
import { badRequest } from "./refusal.ts";
import { done, sync } from "./reply.ts";
import type { Handler, Route } from "./router.ts";
import type { SimulatedServer } from "./server.ts";
import { timeOf } from "./times.ts";

/** A warning; its document's name is its UUID. */
interface WarningRecord extends Document {
  status: string;
  message: string;
  at: number;
}

/** The warnings of a simulated server. */
export class Warnings {
  readonly #server: SimulatedServer;
  readonly #all = new Map<string, WarningRecord>();

  /** None yet. */
  constructor(server: SimulatedServer) {
    this.#server = server;
  }

  /** Adds one. */
  add(message: string): void {
    const name = randomId(this.#server.random);
    const at = this.#server.clock.now();
    this.#all.set(name, { name, project: "default", status: "new", message, at });
  }

  /** What answers under `/1.0/warnings`. */
  routes(): Route[] {
    const kind = {
      path: "/1.0/warnings",
      fields: { status: "" },
      shelf: () => this.#all,
      missing: () => "Warning not found",
      view: (warning: WarningRecord) => this.#view(warning),
    };
    const change: Handler = async (call) => {
      const warning = findDocument(kind, call);
      const { status = "" } = await call.json<{ status?: string }>("WarningPut");
      if (status !== "new" && status !== "acknowledged") {
        throw badRequest('Status may only be set to "acknowledge" or "new"');
      }
      warning.status = status;
      return await done();
    };
    return [
      ...documentRoutes<WarningRecord>(this.#server, { ...kind, verbs: { put: change } }),
      { path: kind.path + "/{name}", methods: { PATCH: change } },
      // The way that the daemons keep for their own tests.
      {
        path: `/internal/${this.#server.dialect === "lxd" ? "testing" : "debug"}/warnings`,
        methods: { POST: (call) => this.#test(call) },
      },
      { path: "/internal/ready", methods: { GET: () => done() } },
    ];
  }

  async #test(call: Call): Promise<Response> {
    const { message } = await call.json<{ message: string }>("internalWarningCreatePost");
    this.add(message);
    return await sync(null);
  }

  #view({ name, status, message, at }: WarningRecord): object {
    return {
      uuid: name,
      location: this.#server.location,
      project: "",
      type: "Couldn't find CGroup CPU controller",
      count: 1,
      first_seen_at: timeOf(at),
      last_seen_at: timeOf(at),
      last_message: message,
      severity: "low",
      status,
      entity_url: "/1.0",
    };
  }
}
