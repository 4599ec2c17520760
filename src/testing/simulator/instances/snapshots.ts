import type { Call } from "../call.ts";
import { pathOf } from "../documents.ts";
import { checkEtag } from "../etag.ts";
import { conflict, failed, notFound } from "../refusal.ts";
import { sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { expiryOf } from "../expiry.ts";
import { givenTime } from "../times.ts";
import type { Instances } from "./instances.ts";
import { checkSnapshotName, nextName } from "./names.ts";
import type { InstanceRecord, SnapshotRecord } from "./record.ts";
import { expanded, snapshotView } from "./views.ts";

/** The body of a creation or a change. */
interface SnapshotPost {
  name?: string;
  stateful?: boolean;
  expires_at?: string | null;
}

/** The snapshots of instances. */
export class SnapshotRoutes {
  readonly #server: SimulatedServer;
  readonly #instances: Instances;

  /** Of a server. */
  constructor(server: SimulatedServer, instances: Instances) {
    this.#server = server;
    this.#instances = instances;
  }

  /** What answers under `snapshots`. */
  routes(): Route[] {
    return [
      {
        path: "/1.0/instances/{name}/snapshots",
        methods: { GET: (call) => this.#list(call), POST: (call) => this.#create(call) },
      },
      {
        path: "/1.0/instances/{name}/snapshots/{snapshot}",
        methods: {
          GET: (call) => {
            const { instance, snapshot } = this.#find(call);
            const view = snapshotView(this.#server, instance, snapshot);
            return sync(view, { etag: snapshot.expiresAt });
          },
          PUT: (call) => this.#change(call),
          PATCH: (call) => this.#change(call),
          POST: (call) => this.#rename(call),
          DELETE: (call) => this.#delete(call),
        },
      },
    ];
  }

  #find(call: Call): { instance: InstanceRecord; snapshot: SnapshotRecord } {
    const instance = this.#instances.find(call.project, call.param("name"));
    const name = call.param("snapshot");
    const snapshot = instance?.snapshots.get(name);
    if (instance && snapshot) return { instance, snapshot };
    const noun = this.#server.dialect === "lxd" ? "InstanceSnapshot" : "Instance_snapshot";
    throw notFound(
      `Failed to fetch snapshot "${name}" of instance "${call.param("name")}" ` +
        `in project "${call.project}": ${noun} not found`,
    );
  }

  #list(call: Call): Promise<Response> {
    const instance = this.#server.dialect === "incus"
      ? this.#instances.find(call.project, call.param("name"))
      : this.#instances.of(call);
    const all = [...instance?.snapshots.values() ?? []];
    return sync(
      call.recursion > 0
        ? all.map((it) => snapshotView(this.#server, instance!, it))
        : all.map(({ name }) => this.#path(instance!, name)),
    );
  }

  async #create(call: Call): Promise<Response> {
    const instance = this.#instances.of(call);
    const body = await call.json<SnapshotPost>("InstanceSnapshotsPost", { stateful: "bool" });
    const config = expanded(this.#server, instance, instance.project).expanded_config;
    const pattern = config["snapshots.pattern"] ?? "snap%d";
    const name = body.name || nextName(pattern, instance.snapshots.keys());
    checkSnapshotName(name);
    return this.#server.operations.begin(call, {
      description: "Snapshotting instance",
      resources: this.#resources(instance, name),
      run: () => {
        this.#checkCreation(instance, name, body.stateful ?? false);
        const { architecture, devices, profiles, ephemeral, guest } = instance;
        const now = this.#server.clock.now();
        const settings = { architecture, config: instance.config, devices, profiles, ephemeral };
        instance.snapshots.set(name, {
          ...structuredClone(settings),
          name,
          createdAt: now,
          expiresAt: body.expires_at === undefined
            ? expiryOf(config["snapshots.expiry"], now)
            : givenTime(body.expires_at),
          files: guest.files.clone(),
        });
        this.#tell("created", instance, name);
        return Promise.resolve();
      },
    });
  }

  #checkCreation(instance: InstanceRecord, name: string, stateful: boolean): void {
    if (stateful) throw failed(this.#statefulRefusal(instance));
    const record = `Failed creating instance snapshot record "${name}": `;
    if (/[ /]/.test(name)) {
      throw failed(`${record}Invalid instance snapshot name: Cannot contain space or / characters`);
    }
    if (!instance.snapshots.has(name)) return;
    throw failed(
      `${record}Add snapshot info to the database: ` +
        (this.#server.dialect === "lxd"
          ? 'This "instances_snapshots" entry already exists'
          : 'Failed to create "instances_snapshots" entry: UNIQUE constraint failed: ' +
            "instances_snapshots.instance_id, instances_snapshots.name"),
    );
  }

  #statefulRefusal(instance: InstanceRecord): string {
    const allowed = instance.config["migration.stateful"] === "true";
    if (this.#server.dialect === "lxd" || allowed) {
      return "Unable to create a stateful snapshot. CRIU isn't installed";
    }
    return "Stateful snapshots require that the instance has migration.stateful be set to true";
  }

  async #change(call: Call): Promise<Response> {
    const { instance, snapshot } = this.#find(call);
    await checkEtag(call.headers, snapshot.expiresAt);
    const { expires_at } = await call.json<SnapshotPost>("InstanceSnapshotPut");
    const itself = { name: snapshot.name, project: instance.project };
    return this.#server.operations.begin(call, {
      description: "Updating snapshot",
      resources: this.#server.dialect === "lxd"
        ? this.#instances.resources(itself)
        : this.#resources(instance, snapshot.name),
      run: () => {
        snapshot.expiresAt = givenTime(expires_at);
        this.#tell("updated", instance, snapshot.name);
        return Promise.resolve();
      },
    });
  }

  async #rename(call: Call): Promise<Response> {
    const { instance, snapshot } = this.#find(call);
    const { name = "" } = await call.json<SnapshotPost>("InstanceSnapshotPost");
    checkSnapshotName(name);
    if (instance.snapshots.has(name)) throw conflict(`Name "${name}" already in use`);
    return this.#server.operations.begin(call, {
      description: "Renaming snapshot",
      resources: this.#resources(instance, snapshot.name),
      run: () => {
        const before = snapshot.name;
        instance.snapshots.delete(before);
        snapshot.name = name;
        instance.snapshots.set(name, snapshot);
        this.#tell("renamed", instance, name, { old_name: `${instance.name}/${before}` });
        return Promise.resolve();
      },
    });
  }

  #delete(call: Call): Response {
    const { instance, snapshot: { name } } = this.#find(call);
    const itself = { name: `${instance.name}/${name}`, project: instance.project };
    return this.#server.operations.begin(call, {
      description: "Deleting snapshot",
      resources: this.#server.dialect === "lxd"
        ? decoded(this.#instances.resources(itself))
        : this.#resources(instance, name),
      run: () => {
        instance.snapshots.delete(name);
        this.#tell("deleted", instance, name);
        return Promise.resolve();
      },
    });
  }

  #resources(instance: InstanceRecord, name: string): Record<string, string[]> {
    const resources = this.#instances.resources(instance);
    if (this.#server.dialect === "lxd") return resources;
    return { ...resources, instances_snapshots: [this.#path(instance, name)] };
  }

  #path({ name, project }: InstanceRecord, snapshot: string): string {
    const collection = `/1.0/instances/${encodeURIComponent(name)}/snapshots`;
    return pathOf(collection, { name: snapshot, project });
  }

  #tell(what: string, instance: InstanceRecord, name: string, context?: object): void {
    const { project } = instance;
    const path = this.#path(instance, name);
    this.#server.lifecycle(`instance-snapshot-${what}`, path, { project, name, context });
  }
}

/** LXD 5 names a snapshot by its whole name here, slash and all. */
function decoded(resources: Record<string, string[]>): Record<string, string[]> {
  const entries = Object.entries(resources)
    .map(([kind, paths]) => [kind, paths.map((path) => path.replaceAll("%2F", "/"))]);
  return Object.fromEntries(entries);
}
