import type { Call } from "../call.ts";
import { checkEtag } from "../etag.ts";
import { expiryOf } from "../expiry.ts";
import { nextName } from "../instances/names.ts";
import { STORAGE_OPERATIONS } from "../extensions.ts";
import { badRequest, conflict, notFound } from "../refusal.ts";
import { done, sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { givenTime, NO_TIME } from "../times.ts";
import { volumePath } from "./volume_path.ts";
import type { VolumeRecord, VolumeSnapshotRecord } from "./volume_record.ts";
import { creationTime } from "./volume_views.ts";
import type { Volumes } from "./volumes.ts";

/** The body of a creation or a change. */
interface SnapshotPost {
  name?: string;
  description?: string;
  expires_at?: string | null;
}

const SNAPSHOTS = "/1.0/storage-pools/{pool}/volumes/{type}/{name}/snapshots";

/** The snapshots of storage volumes. */
export class VolumeSnapshots {
  readonly #server: SimulatedServer;
  readonly #volumes: Volumes;

  /** Of a server. */
  constructor(server: SimulatedServer, volumes: Volumes) {
    this.#server = server;
    this.#volumes = volumes;
  }

  /** What answers under `snapshots`. */
  routes(): Route[] {
    return [
      {
        path: SNAPSHOTS,
        methods: { GET: (call) => this.#list(call), POST: (call) => this.#create(call) },
      },
      {
        path: `${SNAPSHOTS}/{snapshot}`,
        methods: {
          GET: (call) => {
            const { snapshot } = this.#find(call);
            const { contentType } = this.#volumes.of(call);
            const expires_at = snapshot.expiresAt;
            const view = {
              ...this.#view(snapshot.name, snapshot),
              content_type: contentType,
              expires_at,
            };
            return sync(view, { etag: tagOf(snapshot) });
          },
          PUT: (call) => this.#change(call, true),
          PATCH: (call) => this.#change(call, false),
          POST: (call) => this.#rename(call),
          DELETE: (call) => this.#delete(call),
        },
      },
    ];
  }

  #find(call: Call): { volume: VolumeRecord; snapshot: VolumeSnapshotRecord } {
    const volume = this.#volumes.of(call);
    const snapshot = volume.snapshots.get(call.param("snapshot"));
    if (!snapshot) throw notFound("Storage pool volume not found");
    return { volume, snapshot };
  }

  #list(call: Call): Promise<Response> {
    const instance = this.#volumes.instanceOf(call);
    if (instance) {
      const place = { ...instance, pool: call.param("pool") };
      return sync([...instance.snapshots.keys()].map((name) => volumePath(place, name)));
    }
    const volume = this.#volumes.of(call);
    const all = [...volume.snapshots.values()];
    return sync(
      call.recursion > 0
        ? all.map((it) => this.#view(`${volume.name}/${it.name}`, it))
        : all.map(({ name }) => volumePath(volume, name)),
    );
  }

  #view(name: string, { config, description, createdAt, expiresAt }: VolumeSnapshotRecord): object {
    return {
      description,
      expires_at: expiresAt === NO_TIME ? null : expiresAt,
      name,
      config,
      content_type: "",
      created_at: creationTime(this.#server, createdAt),
    };
  }

  async #create(call: Call): Promise<Response> {
    const volume = this.#volumes.of(call);
    const body = await call.json<SnapshotPost>("StorageVolumeSnapshotsPost");
    const pattern = volume.config["snapshots.pattern"] ?? "snap%d";
    const name = body.name || nextName(pattern, volume.snapshots.keys());
    if (name.includes("/")) throw badRequest('Invalid snapshot name: Cannot contain "/"');
    if (volume.snapshots.has(name)) throw conflict(`Snapshot "${name}" already in use`);
    const path = volumePath(volume, name);
    return this.#server.operations.begin(call, {
      description: "Creating storage volume snapshot",
      resources: this.#server.dialect === "lxd"
        ? { storage_volumes: [`/1.0/storage_volumes/${volume.name}`] }
        : { storage_volume_snapshots: [path], storage_volumes: [volumePath(volume)] },
      run: () => {
        const now = this.#server.clock.now();
        volume.snapshots.set(name, {
          name,
          config: { ...volume.config },
          description: body.description || volume.description,
          createdAt: now,
          expiresAt: body.expires_at
            ? givenTime(body.expires_at)
            : expiryOf(volume.config["snapshots.expiry"], now),
          files: volume.guest.files.clone(),
        });
        this.#tell("created", volume, name);
        return Promise.resolve();
      },
    });
  }

  async #change(call: Call, whole: boolean): Promise<Response> {
    const { volume, snapshot } = this.#find(call);
    await checkEtag(call.headers, tagOf(snapshot));
    const body = await call.json<SnapshotPost>("StorageVolumeSnapshotPut");
    const description = "Updating storage volume snapshot";
    return this.#server.operations.settle(call, STORAGE_OPERATIONS, { description }, () => {
      if (whole || body.description !== undefined) snapshot.description = body.description ?? "";
      if (whole || body.expires_at !== undefined) snapshot.expiresAt = givenTime(body.expires_at);
      this.#tell("updated", volume, snapshot.name);
      return done();
    });
  }

  async #rename(call: Call): Promise<Response> {
    const { volume, snapshot } = this.#find(call);
    const { name = "" } = await call.json<SnapshotPost>("StorageVolumeSnapshotPost");
    if (!name) throw badRequest("No name provided");
    if (name.includes("/")) throw badRequest("Storage volume names may not contain slashes");
    return this.#server.operations.begin(call, {
      description: "Renaming storage volume snapshot",
      resources: this.#resources(volume, snapshot.name),
      run: () => {
        volume.snapshots.delete(snapshot.name);
        snapshot.name = name;
        volume.snapshots.set(name, snapshot);
        this.#tell("renamed", volume, name);
        return Promise.resolve();
      },
    });
  }

  #delete(call: Call): Response {
    const { volume, snapshot: { name } } = this.#find(call);
    return this.#server.operations.begin(call, {
      description: "Deleting storage volume snapshot",
      resources: this.#resources(volume, name),
      run: () => {
        volume.snapshots.delete(name);
        this.#tell("deleted", volume, name);
        return Promise.resolve();
      },
    });
  }

  #resources(volume: VolumeRecord, name: string): Record<string, string[]> {
    const path = this.#server.dialect === "lxd"
      ? `/1.0/storage_volume_snapshots/${volume.name}`
      : volumePath(volume, name);
    return { storage_volume_snapshots: [path] };
  }

  #tell(what: string, volume: VolumeRecord, name: string): void {
    const { project } = volume;
    const path = volumePath(volume, name);
    this.#server.lifecycle(`storage-volume-snapshot-${what}`, path, { project, name });
  }
}

function tagOf({ description, expiresAt }: VolumeSnapshotRecord): unknown {
  return [description, expiresAt];
}
