import type { Call } from "../call.ts";
import { pathOf } from "../documents.ts";
import { checkEtag } from "../etag.ts";
import { isExpired } from "../expiry.ts";
import { parseFilter } from "../filter.ts";
import { badRequest, conflict, failed, notFound, type Refusal } from "../refusal.ts";
import { done, sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { Shelf } from "../shelf.ts";
import { BackupRoutes } from "./backups.ts";
import { ConsoleRoutes } from "./console.ts";
import { checkConfig } from "./config.ts";
import { InstanceCreation } from "./creation.ts";
import { checkDevices } from "./devices.ts";
import { ExecRoutes } from "./exec.ts";
import { FileRoutes } from "./files.ts";
import { LogRoutes } from "./logs.ts";
import { MetadataRoutes } from "./metadata.ts";
import { mountVolumes, unmountVolumes } from "./mounts.ts";
import { InstanceMoving } from "./moving.ts";
import { PowerRoutes } from "./power.ts";
import type { InstanceRecord, Settings } from "./record.ts";
import { SnapshotRoutes } from "./snapshots.ts";
import { stateView } from "./state.ts";
import { fullView, instanceTag, instanceView } from "./views.ts";

/** The instances of a simulated server. */
export class Instances {
  /** What starts and stops them. */
  readonly power: PowerRoutes;
  /** What makes them. */
  readonly creation: InstanceCreation;
  readonly #server: SimulatedServer;
  readonly #all = new Shelf<InstanceRecord>();

  /** No instance yet. */
  constructor(server: SimulatedServer) {
    this.#server = server;
    this.power = new PowerRoutes(server);
    this.creation = new InstanceCreation(server, this);
  }

  /** Those of a project. */
  in(project: string): InstanceRecord[] {
    const all = [...this.#all.in(project).values()];
    for (const instance of all) this.#forgetExpired(instance);
    return all;
  }

  /** Those of all projects. */
  all(): InstanceRecord[] {
    return [...this.#all.all()];
  }

  /** The one of a name, where there is one. */
  find(project: string, name: string): InstanceRecord | undefined {
    const instance = this.#all.in(project).get(name);
    if (instance) this.#forgetExpired(instance);
    return instance;
  }

  /** The one of a name. */
  get(project: string, name: string): InstanceRecord {
    const instance = this.find(project, name);
    if (instance) return instance;
    throw notFound(
      this.#server.dialect === "lxd"
        ? "Instance not found"
        : `Failed to fetch instance "${name}" in project "${project}": Instance not found`,
    );
  }

  /** The one that a call is about. */
  of(call: Call): InstanceRecord {
    return this.get(call.project, call.param("name"));
  }

  /** Adds one. */
  add(instance: InstanceRecord): void {
    this.#all.in(instance.project).set(instance.name, instance);
  }

  /** Removes one. */
  remove({ project, name }: InstanceRecord): void {
    this.#all.in(project).delete(name);
  }

  /** Forgets those of a project. */
  drop(project: string): void {
    for (const { guest } of this.in(project)) guest.stop();
    this.#all.drop(project);
  }

  /** The paths of those of a project. */
  pathsIn(project: string): string[] {
    return this.in(project).map((instance) => pathOf("/1.0/instances", instance));
  }

  /** What an operation on instances names; LXD 5 calls containers by their old path, too. */
  resources(...instances: { name: string; project: string }[]): Record<string, string[]> {
    const paths = (kind: string) => instances.map((it) => pathOf(`/1.0/${kind}`, it));
    const both = this.#server.dialect === "lxd";
    return { ...both && { containers: paths("containers") }, instances: paths("instances") };
  }

  /** Tells what happened to one. */
  tell(action: string, { name, project }: InstanceRecord, context?: object): void {
    const path = pathOf("/1.0/instances", { name, project });
    this.#server.lifecycle(`instance-${action}`, path, { project, name, context });
  }

  /** What is said where the name is taken. */
  taken(): Refusal {
    const prefix = "Failed creating instance record: Add instance info to the database: ";
    return failed(
      this.#server.dialect === "lxd"
        ? `${prefix}This "instances" entry already exists`
        : `${prefix}Failed to create "instances" entry: ` +
          "UNIQUE constraint failed: instances.project_id, instances.name",
    );
  }

  /** What answers under `/1.0/instances`. */
  routes(): Route[] {
    const server = this.#server;
    const moving = new InstanceMoving(server, this);
    return [
      {
        path: "/1.0/instances",
        methods: {
          GET: (call) => this.#list(call),
          POST: (call) => this.creation.create(call),
          PUT: (call) => this.power.setAll(call, this.in(call.project)),
        },
      },
      {
        path: "/1.0/instances/{name}",
        methods: {
          GET: (call) => this.#get(call),
          PUT: (call) => this.#replace(call),
          PATCH: (call) => this.#patch(call),
          POST: (call) => moving.move(call),
          DELETE: (call) => this.#delete(call),
        },
      },
      {
        path: "/1.0/instances/{name}/state",
        methods: {
          GET: (call) => sync(stateView(server, this.of(call))),
          PUT: (call) => this.power.set(call, this.of(call)),
        },
      },
      {
        path: "/1.0/instances/{name}/access",
        extension: "instance_access",
        methods: {
          GET: (call) => {
            this.of(call);
            return sync(server.modules.certificates.trustedEverywhere());
          },
        },
      },
      {
        path: "/1.0/instances/{name}/rebuild",
        extension: "instances_rebuild",
        methods: { POST: (call) => this.creation.rebuild(call, this.of(call)) },
      },
      {
        path: "/1.0/instances/{name}/debug/memory",
        extension: "instance_debug_memory",
        methods: {
          GET: (call) => {
            this.of(call);
            throw badRequest("Memory dumps are only supported for virtual machines");
          },
        },
      },
      ...new SnapshotRoutes(server, this).routes(),
      ...new BackupRoutes(server, this).routes(),
      ...new MetadataRoutes(this).routes(),
      ...new LogRoutes(server, this).routes(),
      ...new FileRoutes(server, this).routes(),
      ...new ExecRoutes(server, this).routes(),
      ...new ConsoleRoutes(server, this).routes(),
    ];
  }

  #forgetExpired({ snapshots, backups }: InstanceRecord): void {
    const now = this.#server.clock.now();
    for (const things of [snapshots, backups]) {
      for (const { name, expiresAt } of things.values()) {
        if (isExpired(expiresAt, now)) things.delete(name);
      }
    }
  }

  #list(call: Call): Promise<Response> {
    const { allProjects, project, recursion } = call;
    const type = call.query.get("instance-type");
    const filter = call.query.get("filter");
    const wanted = filter ? this.#filter(filter) : undefined;
    const found = (allProjects ? this.all() : this.in(project))
      .sort((a, b) => a.name < b.name ? -1 : 1)
      .filter((it) => !type || it.type === type)
      .filter((it) => !wanted || wanted(instanceView(this.#server, it)));
    if (recursion >= 2) return sync(found.map((it) => fullView(this.#server, it)));
    if (recursion === 1) return sync(found.map((it) => instanceView(this.#server, it)));
    return sync(found.map((it) => pathOf("/1.0/instances", it)));
  }

  /** LXD 5 calls what is wrong with a filter a failure of its own. */
  #filter(text: string) {
    try {
      return parseFilter(text);
    } catch (error) {
      if (this.#server.dialect === "lxd") throw failed((error as Error).message);
      throw error;
    }
  }

  #get(call: Call): Promise<Response> {
    const instance = this.of(call);
    const view = call.recursion > 0 ? fullView : instanceView;
    return sync(view(this.#server, instance), { etag: instanceTag(instance) });
  }

  async #replace(call: Call): Promise<Response> {
    const instance = this.of(call);
    const body = await call.json<Partial<InstanceRecord> & { restore?: string }>("InstancePut");
    await checkEtag(call.headers, instanceTag(instance));
    if (body.restore) return this.#restore(call, instance, body.restore);
    const { config = {}, devices = {}, profiles = ["default"], description = "" } = body;
    this.#server.modules.profiles.resolve(call.project, profiles);
    return this.#server.operations.begin(call, {
      description: "Updating instance",
      resources: this.resources(instance),
      run: () => {
        const { ephemeral = false, architecture = instance.architecture } = body;
        const settings = { config, devices, profiles, ephemeral, architecture };
        this.#apply(instance, settings, description);
        return Promise.resolve();
      },
    });
  }

  #restore(call: Call, instance: InstanceRecord, name: string): Response {
    return this.#server.operations.begin(call, {
      description: "Restoring snapshot",
      resources: this.resources(instance),
      run: () => {
        const snapshot = instance.snapshots.get(name);
        if (!snapshot) throw failed(`Snapshot ${instance.name}/${name} does not exist`);
        const { config, devices, profiles, ephemeral, architecture, files } = snapshot;
        const runs = instance.status !== "Stopped";
        if (runs) instance.guest.stop();
        unmountVolumes(instance);
        instance.guest.files = files.clone();
        if (runs) mountVolumes(this.#server, instance);
        if (runs) instance.guest.start();
        const power = instance.config["volatile.last_state.power"];
        Object.assign(instance, structuredClone({ config, devices, profiles, ephemeral }));
        instance.architecture = architecture;
        if (power) instance.config["volatile.last_state.power"] = power;
        this.tell("restored", instance, { snapshot: name });
        return Promise.resolve();
      },
    });
  }

  async #patch(call: Call): Promise<Response> {
    const instance = this.of(call);
    await checkEtag(call.headers, instanceTag(instance));
    const body = await call.json<Partial<InstanceRecord>>("InstancePut");
    const config = { ...instance.config, ...body.config };
    const devices = { ...instance.devices, ...body.devices };
    const { profiles, ephemeral, architecture } = { ...instance, ...body };
    this.#server.modules.profiles.resolve(call.project, profiles);
    try {
      const settings = { config, devices, profiles, ephemeral, architecture };
      this.#apply(instance, settings, body.description ?? instance.description);
    } catch (error) {
      throw failed(`Invalid config: ${(error as Error).message}`);
    }
    return done();
  }

  #apply(instance: InstanceRecord, settings: Settings, description: string): void {
    checkConfig(settings.config);
    checkDevices(settings.devices, this.#server.dialect);
    for (const key of Object.keys(instance.config)) {
      if (key.startsWith("volatile.idmap.") && !(key in settings.config)) {
        throw failed("Volatile idmap keys can't be deleted by the user");
      }
    }
    const config = Object.fromEntries(
      Object.entries(settings.config).filter(([, it]) => it !== ""),
    );
    Object.assign(instance, settings, { config, description });
    if (instance.status !== "Stopped") mountVolumes(this.#server, instance);
    this.tell("updated", instance);
  }

  #delete(call: Call): Response {
    const instance = this.of(call);
    if (instance.status !== "Stopped") throw badRequest("Instance is running");
    return this.#server.operations.begin(call, {
      description: "Deleting instance",
      resources: this.resources(instance),
      run: () => {
        if (instance.config["security.protection.delete"] === "true") {
          throw conflict("Instance is protected");
        }
        this.remove(instance);
        this.tell("deleted", instance);
        return Promise.resolve();
      },
    });
  }
}
