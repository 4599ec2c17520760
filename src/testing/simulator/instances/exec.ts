import type { InstanceExecPost } from "../../../types/mod.ts";
import type { Call } from "../call.ts";
import { pathOf } from "../documents.ts";
import type { SessionResult } from "../guest/session.ts";
import type { Operation } from "../operation.ts";
import { badRequest, failed } from "../refusal.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import type { Instances } from "./instances.ts";
import type { InstanceRecord } from "./record.ts";
import { SessionSockets } from "./session.ts";
import { expanded } from "./views.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Commands in instances. */
export class ExecRoutes {
  readonly #server: SimulatedServer;
  readonly #instances: Instances;

  /** Of a server. */
  constructor(server: SimulatedServer, instances: Instances) {
    this.#server = server;
    this.#instances = instances;
  }

  /** What answers at `exec`. */
  routes(): Route[] {
    return [
      { path: "/1.0/instances/{name}/exec", methods: { POST: (call) => this.#exec(call) } },
    ];
  }

  async #exec(call: Call): Promise<Response> {
    const instance = this.#instances.of(call);
    const post = await call.json<InstanceExecPost>("InstanceExecPost", { command: "[]string" });
    checkRuns(instance);
    const recorded = post["record-output"] ?? false;
    const attached = post["wait-for-websocket"] ?? false;
    // LXD 5.0 takes both together.
    if (recorded && this.#server.dialect === "incus") {
      const refuse = (one: string, other: string) =>
        badRequest(`Cannot use "${one}" in combination with "${other}"`);
      if (attached) throw refuse("record-output", "wait-for-websocket");
      if (post.interactive) throw refuse("interactive", "record-output");
    }
    const environment = this.#environment(instance, post);
    const session = instance.guest.exec({ ...post, environment });
    const sockets = new SessionSockets(session, this.#server.random);
    const { command, interactive = false } = post;
    const operation: Operation = this.#server.operations.create({
      description: "Executing command",
      project: call.project,
      class: attached ? "websocket" : "task",
      resources: this.#resources(instance, attached),
      metadata: attached ? { command, environment, fds: sockets.fds, interactive } : null,
      connect: (secret, socket) => sockets.connect(secret, socket),
      hasSecret: (secret) => sockets.has(secret),
      run: async () => {
        const result = await session.run();
        operation.note(this.#metadata(operation.id, instance, result));
        if (result.error === undefined) return;
        // What is wrong with the command itself is the caller's fault.
        const wrong = result.return === 126 || result.return === 127;
        throw wrong ? badRequest(result.error) : failed(result.error);
      },
      ended: () => session.finish(),
    });
    this.#instances.tell("exec", instance, { command });
    return this.#server.operations.answer(operation);
  }

  #environment(instance: InstanceRecord, { environment, user = 0 }: InstanceExecPost) {
    const { expanded_config } = expanded(this.#server, instance, instance.project);
    const configured = Object.entries(expanded_config)
      .filter(([key]) => key.startsWith("environment."))
      .map(([key, value]) => [key.slice("environment.".length), value]);
    const own = user === 0 ? { HOME: "/root", USER: "root" } : {};
    return { LANG: "C.UTF-8", PATH, ...own, ...Object.fromEntries(configured), ...environment };
  }

  /** Incus calls instances containers here, where no websocket is asked for. */
  #resources(instance: InstanceRecord, attached: boolean): Record<string, string[]> {
    if (this.#server.dialect === "lxd" || attached) return this.#instances.resources(instance);
    const path = pathOf("/1.0/instances", instance);
    return { containers: [path], instances: [path] };
  }

  #metadata(
    id: string,
    instance: InstanceRecord,
    { output, return: code }: SessionResult,
  ): Record<string, unknown> {
    return {
      ...output && { output: this.#record(id, instance, output) },
      ...code !== undefined && { return: code },
    };
  }

  #record(
    id: string,
    instance: InstanceRecord,
    output: NonNullable<SessionResult["output"]>,
  ): Record<string, string> {
    const old = this.#server.dialect === "lxd";
    const files = old ? instance.logs : instance.execOutput;
    const folder = `/1.0/instances/${encodeURIComponent(instance.name)}/logs`;
    const paths: Record<string, string> = {};
    for (const [fd, extension] of [["1", "stdout"], ["2", "stderr"]] as const) {
      const file = `exec_${id}.${extension}`;
      files.set(file, new Uint8Array(output[fd]));
      paths[fd] = `${folder}/${old ? file : `exec-output/${file}`}`;
    }
    return paths;
  }
}

/** Makes sure that something can be done inside. */
export function checkRuns({ status }: InstanceRecord): void {
  if (status === "Stopped") throw badRequest("Instance is not running");
  if (status === "Frozen") throw badRequest("Instance is frozen");
}
