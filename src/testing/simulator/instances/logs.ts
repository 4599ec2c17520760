import type { Call } from "../call.ts";
import { pathOf } from "../documents.ts";
import { badRequest, notFound } from "../refusal.ts";
import { bytes, done, sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import type { Instances } from "./instances.ts";
import type { InstanceRecord } from "./record.ts";

const OWN = ["lxc.log", "lxc.conf", "qemu.log", "forkexec.log"];

/** The log files of instances, and what commands wrote whose output was recorded. */
export class LogRoutes {
  readonly #server: SimulatedServer;
  readonly #instances: Instances;

  /** Of a server. */
  constructor(server: SimulatedServer, instances: Instances) {
    this.#server = server;
    this.#instances = instances;
  }

  /** What answers under `logs`. */
  routes(): Route[] {
    const logs = "/1.0/instances/{name}/logs";
    const routes: Route[] = [
      { path: logs, methods: { GET: (call) => this.#list(call) } },
      {
        path: `${logs}/{file}`,
        methods: { GET: (call) => bytes(this.#read(call)), DELETE: (call) => this.#delete(call) },
      },
    ];
    // LXD 5 keeps recorded output among the logs.
    if (this.#server.dialect === "lxd") return routes;
    return [
      ...routes,
      {
        path: `${logs}/exec-output`,
        methods: {
          GET: (call) => {
            const instance = this.#instances.of(call);
            return sync(this.#paths(instance, "logs/exec-output", instance.execOutput));
          },
        },
      },
      {
        path: `${logs}/exec-output/{file}`,
        methods: {
          GET: (call) => bytes(this.#output(call)),
          DELETE: (call) => {
            this.#output(call);
            this.#instances.of(call).execOutput.delete(call.param("file"));
            return done();
          },
        },
      },
    ];
  }

  #list(call: Call): Promise<Response> {
    const instance = this.#instances.find(call.project, call.param("name"));
    if (!instance) {
      const name = call.param("name");
      throw notFound(
        this.#server.dialect === "lxd"
          ? "Instance not found"
          : `open /var/log/incus/${name}: no such file or directory`,
      );
    }
    return sync(this.#paths(instance, "logs", instance.logs));
  }

  #paths({ name, project }: InstanceRecord, under: string, files: Map<string, unknown>): string[] {
    const collection = `/1.0/instances/${encodeURIComponent(name)}/${under}`;
    return [...files.keys()].sort().map((file) => pathOf(collection, { name: file, project }));
  }

  #read(call: Call): Uint8Array<ArrayBuffer> {
    const instance = this.#instances.of(call);
    const file = call.param("file");
    const recorded = this.#server.dialect === "lxd" && file.startsWith("exec_");
    if (!OWN.includes(file) && !recorded) {
      throw badRequest(
        this.#server.dialect === "lxd"
          ? `log file name ${file} not valid`
          : `Log file name "${file}" not valid`,
      );
    }
    const content = instance.logs.get(file);
    if (!content) throw notFound(`open ${instance.name}/${file}: no such file or directory`);
    return content;
  }

  #delete(call: Call): Promise<Response> {
    this.#read(call);
    const file = call.param("file");
    if (OWN.includes(file)) {
      throw badRequest(
        this.#server.dialect === "lxd"
          ? "lxc.log and lxc.conf may not be deleted"
          : "Only log files excluding qemu.log and lxc.log may be deleted",
      );
    }
    this.#instances.of(call).logs.delete(file);
    return done();
  }

  #output(call: Call): Uint8Array<ArrayBuffer> {
    const instance = this.#instances.of(call);
    const file = call.param("file");
    if (!/^exec_[^/]+\.(stdout|stderr)$/.test(file)) {
      throw badRequest(`Exec record-output file name "${file}" not valid`);
    }
    const content = instance.execOutput.get(file);
    if (!content) throw notFound(`open ${instance.name}/${file}: no such file or directory`);
    return content;
  }
}
