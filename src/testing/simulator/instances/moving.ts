import type { Call } from "../call.ts";
import { pathOf } from "../documents.ts";
import { badRequest, conflict, failed, notFound } from "../refusal.ts";
import type { SimulatedServer } from "../server.ts";
import type { Devices } from "./devices.ts";
import { rootDisk } from "./devices.ts";
import type { Instances } from "./instances.ts";
import { checkInstanceName } from "./names.ts";
import type { InstanceRecord } from "./record.ts";
import { expanded } from "./views.ts";

/** The body of a move or a change of name. */
interface InstancePost {
  name?: string;
  migration?: boolean;
  pool?: string;
  project?: string;
  Config?: Record<string, string>;
  Devices?: Devices;
  Profiles?: string[];
}

/** Moves instances to other names, storage pools, projects and cluster members. */
export class InstanceMoving {
  readonly #server: SimulatedServer;
  readonly #instances: Instances;

  /** For a server. */
  constructor(server: SimulatedServer, instances: Instances) {
    this.#server = server;
    this.#instances = instances;
  }

  /** Answers `POST` of an instance. */
  async move(call: Call): Promise<Response> {
    const instance = this.#find(call);
    const body = await call.json<InstancePost>("InstancePost");
    if (body.migration) return this.#migrate(call, instance, body);
    return this.#rename(call, instance, body.name ?? "");
  }

  #find(call: Call): InstanceRecord {
    const instance = this.#instances.find(call.project, call.param("name"));
    if (instance) return instance;
    throw notFound(
      this.#server.dialect === "lxd"
        ? "Instance not found"
        : "Failed to get address of instance's member: Instance not found",
    );
  }

  #rename(call: Call, instance: InstanceRecord, name: string): Response {
    const { dialect } = this.#server;
    const same = name === instance.name;
    if (!same || dialect === "lxd") {
      checkInstanceName(name, dialect);
      if (this.#instances.find(call.project, name)) throw conflict(`Name "${name}" already in use`);
    }
    return this.#server.operations.begin(call, {
      description: "Renaming instance",
      resources: this.#instances.resources(instance),
      run: () => {
        if (same) throw failed("Invalid instance name: Name must be 1-63 characters long");
        if (instance.status !== "Stopped") {
          const noun = dialect === "lxd" ? "container" : "instance";
          throw failed(`Renaming of running ${noun} not allowed`);
        }
        const before = instance.name;
        this.#instances.remove(instance);
        instance.name = instance.guest.hostname = name;
        instance.config["volatile.apply_template"] = "rename";
        this.#instances.add(instance);
        this.#instances.tell("renamed", instance, { old_name: before });
        return Promise.resolve();
      },
    });
  }

  #migrate(call: Call, instance: InstanceRecord, body: InstancePost): Response {
    const { members } = this.#server;
    const target = call.query.get("target");
    if (target && members.length === 0) throw badRequest("Target only allowed when clustered");
    if (target && !members.includes(target)) throw notFound("Cluster member not found");
    return this.#server.operations.begin(call, {
      description: "Migrating instance",
      resources: { instances: [pathOf("/1.0/instances", instance)] },
      run: () => {
        this.#moveTo(instance, body);
        if (target) instance.location = target;
        return Promise.resolve();
      },
    });
  }

  #moveTo(instance: InstanceRecord, body: InstancePost): void {
    const { modules } = this.#server;
    const { pool, project = instance.project, name = instance.name } = body;
    const old = this.#server.dialect === "lxd";
    if (!modules.projects.has(project)) {
      throw old ? failed("Failed creating instance record: Project not found") : notFound(
        "Failed requesting instance create on destination: Failed loading project: " +
          "Project not found",
      );
    }
    if (pool !== undefined && !modules.pools.has(pool)) {
      const why = old
        ? "Failed creating instance record: Failed initialising instance"
        : "Instance move to destination failed: Failed creating instance record: " +
          "Failed initializing instance";
      throw failed(`${why}: Failed loading storage pool: Storage pool not found`);
    }
    if (instance.status !== "Stopped") throw failed("Instance must be stopped to be moved");
    const elsewhere = name !== instance.name || project !== instance.project;
    if (elsewhere && this.#instances.find(project, name)) throw this.#instances.taken();
    const root = rootDisk(expanded(this.#server, instance, instance.project).expanded_devices);
    if (pool !== undefined && root) instance.devices[root[0]] = { ...root[1], pool };
    if (body.Profiles) instance.profiles = body.Profiles;
    Object.assign(instance.config, body.Config);
    Object.assign(instance.devices, body.Devices);
    this.#instances.remove(instance);
    instance.name = instance.guest.hostname = name;
    instance.project = project;
    this.#instances.add(instance);
    this.#instances.tell("updated", instance);
  }
}
