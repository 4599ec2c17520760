import type { Call } from "../call.ts";
import { checkEtag } from "../etag.ts";
import { STORAGE_OPERATIONS } from "../extensions.ts";
import { parseFilter } from "../filter.ts";
import { rootDisk } from "../instances/devices.ts";
import { makeGuest } from "../instances/inside.ts";
import type { InstanceRecord } from "../instances/record.ts";
import { expanded } from "../instances/views.ts";
import { badRequest, conflict, failed, notFound } from "../refusal.ts";
import { created, done, sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { Shelf } from "../shelf.ts";
import type { StoragePools } from "./pools.ts";
import { VolumeBackups } from "./volume_backups.ts";
import { copyVolume } from "./volume_copy.ts";
import { importVolume } from "./volume_import.ts";
import { volumePath } from "./volume_path.ts";
import { VOLUME_TYPES, type VolumeRecord, type VolumesPost } from "./volume_record.ts";
import { VolumeSnapshots } from "./volume_snapshots.ts";
import {
  instanceSnapshotViews,
  instanceVolumeView,
  listedSnapshotView,
  volumeView,
} from "./volume_views.ts";

interface Listed {
  path: string;
  view: object;
}

const VOLUMES = "/1.0/storage-pools/{pool}/volumes";

/** The storage volumes of a simulated server: custom ones, and those of instances. */
export class Volumes {
  readonly #server: SimulatedServer;
  readonly #pools: StoragePools;
  readonly #all = new Shelf<VolumeRecord>();

  /** No volume yet. */
  constructor(server: SimulatedServer, pools: StoragePools) {
    this.#server = server;
    this.#pools = pools;
  }

  /** The custom volume of a name, as a project sees it. */
  find(project: string, pool: string, name: string): VolumeRecord | undefined {
    return this.#all.in(this.#owner(project)).get(`${pool}/${name}`);
  }

  /** The custom volume that a call is about. */
  of(call: Call): VolumeRecord {
    const [pool, name] = [call.param("pool"), call.param("name")];
    this.#checkType(call);
    this.#pools.check(pool);
    const custom = call.param("type") === "custom";
    const volume = custom ? this.find(call.project, pool, name) : undefined;
    if (!volume) throw notFound("Storage pool volume not found");
    return volume;
  }

  /** Adds one. */
  add(volume: VolumeRecord): void {
    const shelf = this.#all.in(volume.project);
    const key = `${volume.pool}/${volume.name}`;
    if (shelf.has(key)) throw conflict("Volume by that name already exists");
    shelf.set(key, volume);
    this.tell("created", volume);
  }

  /** The project whose volumes a project works with. */
  owner(project: string): string {
    return this.#owner(project);
  }

  /** Tells what happened to one. */
  tell(what: string, volume: VolumeRecord): void {
    const { project, name } = volume;
    this.#server.lifecycle(`storage-volume-${what}`, volumePath(volume), { project, name });
  }

  /** The paths of the custom volumes of a project. */
  pathsIn(project: string): string[] {
    return [...this.#all.in(project).values()].map((volume) => volumePath(volume));
  }

  /** Forgets those of a project. */
  drop(project: string): void {
    this.#all.drop(project);
  }

  /** The paths of what lies in a pool. */
  users(pool: string): string[] {
    const snapshots = this.#server.dialect === "lxd";
    const custom = [...this.#all.all()].filter((it) => it.pool === pool).flatMap((volume) => [
      volumePath(volume),
      ...snapshots ? [...volume.snapshots.keys()].map((it) => volumePath(volume, it)) : [],
    ]);
    const instances = this.#server.modules.instances.all()
      .filter((it) => this.#poolOf(it) === pool)
      .flatMap((instance) => {
        const path = `/1.0/instances/${encodeURIComponent(instance.name)}`;
        const query = instance.project === "default" ? "" : `?project=${instance.project}`;
        const own = snapshots ? [...instance.snapshots.keys()] : [];
        return [path + query, ...own.map((it) => `${path}/snapshots/${it}${query}`)];
      });
    return [...instances, ...custom];
  }

  /** What answers under `volumes`. */
  routes(): Route[] {
    const of = (call: Call) => this.of(call);
    return [
      {
        path: VOLUMES,
        methods: { GET: (call) => this.#list(call), POST: (call) => this.#create(call) },
      },
      {
        path: `${VOLUMES}/{type}`,
        methods: { GET: (call) => this.#list(call), POST: (call) => this.#create(call) },
      },
      {
        path: `${VOLUMES}/{type}/{name}`,
        methods: {
          GET: (call) => this.#get(call),
          PUT: (call) => this.#change(call, true),
          PATCH: (call) => this.#change(call, false),
          POST: (call) => this.#move(call),
          DELETE: (call) => this.#delete(call),
        },
      },
      {
        path: `${VOLUMES}/{type}/{name}/state`,
        methods: {
          GET: (call) => {
            of(call);
            if (this.#server.dialect === "lxd") throw failed("Not supported");
            return sync({ usage: null });
          },
        },
      },
      {
        path: `${VOLUMES}/{type}/{name}/files`,
        extension: "file_storage_volume",
        methods: Object.fromEntries(
          ["GET", "HEAD", "POST", "DELETE"].map((method) => [method, (call: Call) => {
            const { headers, query, request: { body } } = call;
            const { dialect: kind, extensions } = this.#server;
            const request = { method, path: query.get("path"), headers, body };
            return of(call).guest.answerFiles(request, { kind, extensions });
          }]),
        ),
      },
      ...new VolumeSnapshots(this.#server, this).routes(),
      ...new VolumeBackups(this.#server, this).routes(),
    ];
  }

  /** The instance whose volume a call is about. */
  instanceOf(call: Call): InstanceRecord | undefined {
    this.#checkType(call);
    const instance = this.#server.modules.instances.find(call.project, call.param("name"));
    return instance?.type === call.param("type") ? instance : undefined;
  }

  #owner(project: string): string {
    return this.#server.modules.projects.owner(project, "features.storage.volumes");
  }

  #poolOf(instance: InstanceRecord): string | undefined {
    return rootDisk(expanded(this.#server, instance, instance.project).expanded_devices)?.[1].pool;
  }

  #checkType(call: Call): void {
    const { type } = call.params;
    if (type !== undefined && !VOLUME_TYPES.includes(type)) {
      throw badRequest("Invalid storage volume type name");
    }
  }

  #list(call: Call): Promise<Response> {
    this.#checkType(call);
    const pool = call.param("pool");
    this.#pools.check(pool);
    const { type } = call.params;
    const filter = call.query.get("filter");
    const wanted = filter ? parseFilter(filter) : () => true;
    const listed = [...this.#listInstances(call, pool), ...this.#listCustom(call, pool)]
      .filter(({ view }) => !type || (view as { type: string }).type === type)
      .filter(({ view }) => wanted(view))
      .sort((a, b) => a.path < b.path ? -1 : 1);
    return sync(listed.map(({ view, path }) => call.recursion > 0 ? view : path));
  }

  #listInstances({ allProjects, project }: Call, pool: string): Listed[] {
    const { instances } = this.#server.modules;
    const all = allProjects ? instances.all() : instances.in(project);
    return all.filter((it) => this.#poolOf(it) === pool).flatMap((instance) => {
      const place = { ...instance, pool, type: instance.type };
      return [
        { path: volumePath(place), view: instanceVolumeView(this.#server, instance) },
        ...instanceSnapshotViews(this.#server, instance)
          .map(([name, view]) => ({ path: volumePath(place, name), view })),
      ];
    });
  }

  #listCustom({ allProjects, project }: Call, pool: string): Listed[] {
    const all = allProjects ? this.#all.all() : this.#all.in(this.#owner(project)).values();
    return [...all].filter((it) => it.pool === pool).flatMap((volume) => [
      { path: volumePath(volume), view: this.#view(volume) },
      ...[...volume.snapshots.values()].map((snapshot) => ({
        path: volumePath(volume, snapshot.name),
        view: listedSnapshotView(this.#server, volume, snapshot),
      })),
    ]);
  }

  #view(volume: VolumeRecord): object {
    return volumeView(this.#server, volume, this.#usersOf(volume));
  }

  #usersOf({ name, pool }: VolumeRecord): string[] {
    const uses = (device: Record<string, string>) =>
      device.type === "disk" && device.pool === pool && device.source === name;
    const { instances, profiles } = this.#server.modules;
    const users = instances.all()
      .filter((it) => Object.values(it.devices).some(uses))
      .map((it) => `/1.0/instances/${it.name}`);
    return [...users, ...profiles.pathsWith(uses)];
  }

  #get(call: Call): Promise<Response> {
    const instance = this.instanceOf(call);
    if (instance) {
      const view = instanceVolumeView(this.#server, instance);
      return sync(view, { etag: [instance.name, instance.type, instance.volumeDescription] });
    }
    const volume = this.of(call);
    return sync(this.#view(volume), { etag: tagOf(volume) });
  }

  async #create(call: Call): Promise<Response> {
    const pool = call.param("pool");
    this.#checkType(call);
    this.#pools.check(pool);
    if (call.headers.get("content-type") === "application/octet-stream") {
      return await importVolume(this.#server, this, call);
    }
    const body = await call.json<VolumesPost>("StorageVolumesPost");
    const { name = "", config = {}, description = "", source } = body;
    const type = call.params.type ?? body.type ?? "";
    if (!name) throw badRequest("No name provided");
    if (name.includes("/")) throw badRequest("Storage volume names may not contain slashes");
    if (type !== "custom") {
      throw badRequest(`Currently not allowed to create storage volumes of type "${type}"`);
    }
    if (source?.type === "copy") return copyVolume(this.#server, this, call, name, body);
    if (source?.type) throw badRequest(`Unknown source type ${source.type}`);
    if (this.find(call.project, pool, name)) {
      throw conflict("Volume by that name already exists");
    }
    this.#checkConfig(call, name, config);
    const volume = this.make(call.project, pool, name, { config, description });
    volume.contentType = body.content_type || "filesystem";
    const about = {
      description: "Creating storage volume",
      metadata: { entity_url: volumePath(volume) },
    };
    return this.#server.operations.settle(call, STORAGE_OPERATIONS, about, () => {
      this.add(volume);
      return done();
    });
  }

  /** A volume that is not added yet. */
  make(
    project: string,
    pool: string,
    name: string,
    { config, description }: Pick<VolumeRecord, "config" | "description">,
  ): VolumeRecord {
    const guest = makeGuest(this.#server, name);
    for (const it of guest.files.list("/")) guest.files.removeAll(`/${it}`);
    return {
      name,
      project: this.#owner(project),
      pool,
      contentType: "filesystem",
      config,
      description,
      createdAt: this.#server.clock.now(),
      location: this.#server.location,
      snapshots: new Map(),
      backups: new Map(),
      guest,
    };
  }

  #checkConfig(call: Call, name: string, config: Record<string, string>): void {
    for (const key of Object.keys(config)) {
      const known = /^(user|snapshots|security|volatile|initial|block|lvm|zfs|ceph)\.|^size$/;
      if (known.test(key)) continue;
      const full = this.#server.dialect === "lxd" ? `${this.#owner(call.project)}_${name}` : name;
      throw failed(`Invalid option for volume "${full}" option "${key}"`);
    }
  }

  async #change(call: Call, whole: boolean): Promise<Response> {
    const instance = this.instanceOf(call);
    const body = await call.json<VolumesPost & { restore?: string }>("StorageVolumePut");
    if (instance) {
      instance.volumeDescription = body.description ?? (whole ? "" : instance.volumeDescription);
      return await done();
    }
    const volume = this.of(call);
    await checkEtag(call.headers, tagOf(volume));
    if (body.restore) {
      const snapshot = volume.snapshots.get(body.restore);
      if (!snapshot) throw failed("Snapshot not found");
      volume.guest.files = snapshot.files.clone();
      this.tell("restored", volume);
      return await done();
    }
    const config = whole ? body.config ?? {} : { ...volume.config, ...body.config };
    this.#checkConfig(call, volume.name, config);
    const description = "Updating storage volume";
    return this.#server.operations.settle(call, STORAGE_OPERATIONS, { description }, () => {
      volume.config = config;
      volume.description = body.description ?? (whole ? "" : volume.description);
      this.tell("updated", volume);
      return done();
    });
  }

  async #move(call: Call): Promise<Response> {
    const { type } = call.params;
    this.#checkType(call);
    const body = await call.json<VolumesPost>("StorageVolumePost");
    if (type !== "custom") {
      throw badRequest(`Renaming storage volumes of type "${type}" is not allowed`);
    }
    const volume = this.of(call);
    const { name = volume.name, pool = volume.pool, project = call.project } = body;
    this.#pools.check(pool);
    if (name.includes("/")) throw badRequest("Storage volume names may not contain slashes");
    if (this.find(project, pool, name)) throw conflict("Volume by that name already exists");
    const move = () => {
      this.#all.in(volume.project).delete(`${volume.pool}/${volume.name}`);
      Object.assign(volume, { name, pool, project: this.#owner(project) });
      this.#all.in(volume.project).set(`${pool}/${name}`, volume);
      this.tell("renamed", volume);
    };
    if (pool === volume.pool && this.#owner(project) === volume.project) {
      move();
      return await created(volumePath(volume));
    }
    return this.#server.operations.begin(call, {
      description: "Moving storage volume",
      run: () => Promise.resolve(move()),
    });
  }

  #delete(call: Call): Response | Promise<Response> {
    const { type } = call.params;
    this.#checkType(call);
    if (type !== "custom" && type !== "image") {
      throw badRequest(`Storage volumes of type "${type}" cannot be deleted with the storage API`);
    }
    const volume = this.of(call);
    if (this.#usersOf(volume).length > 0) {
      throw badRequest("The storage volume is still in use");
    }
    const description = "Deleting storage volume";
    return this.#server.operations.settle(call, STORAGE_OPERATIONS, { description }, () => {
      this.#all.in(volume.project).delete(`${volume.pool}/${volume.name}`);
      this.tell("deleted", volume);
      return done();
    });
  }
}

function tagOf({ name, config, description }: VolumeRecord): unknown {
  return [name, "custom", config, description];
}
