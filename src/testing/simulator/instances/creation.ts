import type { Call } from "../call.ts";
import type { GuestFiles } from "../guest/files/guest_files.ts";
import { randomId, randomName } from "../ids.ts";
import type { StoredImage } from "../images/record.ts";
import { type Progress, progressAt } from "../operations.ts";
import { badRequest, failed, notFound } from "../refusal.ts";
import type { SimulatedServer } from "../server.ts";
import { importBackup } from "./backup_import.ts";
import { checkConfig, expandConfig, ID_MAP, lastingConfig } from "./config.ts";
import { checkDevices, type Devices, rootDisk } from "./devices.ts";
import { makeGuest } from "./inside.ts";
import type { Instances } from "./instances.ts";
import { checkInstanceName } from "./names.ts";
import type { InstanceRecord, Settings, SnapshotRecord } from "./record.ts";
import { expanded } from "./views.ts";

/** Where an instance comes from. */
interface Source {
  type?: string;
  alias?: string;
  fingerprint?: string;
  properties?: Record<string, string>;
  source?: string;
  project?: string;
  instance_only?: boolean;
  container_only?: boolean;
  refresh?: boolean;
}

/** The body of a creation. */
interface InstancesPost extends Partial<Settings> {
  name?: string;
  type?: string;
  description?: string;
  start?: boolean;
  source?: Source;
}

/** What a new instance has beside what the body says. */
interface Origin {
  files?: GuestFiles;
  config?: Record<string, string>;
  trigger: "create" | "copy";
  image?: StoredImage;
  from?: InstanceRecord;
  snapshots?: Iterable<SnapshotRecord>;
}

const SOURCES = new Set(["image", "none", "copy", "migration"]);

/** Makes instances. */
export class InstanceCreation {
  readonly #server: SimulatedServer;
  readonly #instances: Instances;

  /** For a server. */
  constructor(server: SimulatedServer, instances: Instances) {
    this.#server = server;
    this.#instances = instances;
  }

  /** Answers `POST /1.0/instances`. */
  async create(call: Call): Promise<Response> {
    this.#checkPlace(call);
    if (call.headers.get("content-type") === "application/octet-stream") {
      return await importBackup(this.#server, call);
    }
    const body = await call.json<InstancesPost>("InstancesPost");
    const { source = {}, profiles } = body;
    const project = call.project;
    if (body.type && !["container", "virtual-machine"].includes(body.type)) {
      throw badRequest("Invalid instance type");
    }
    if (body.name?.includes("/")) {
      throw badRequest('The character "/" is reserved for snapshots');
    }
    for (const profile of profiles ?? []) {
      if (this.#server.modules.profiles.find(project, profile)) continue;
      throw failed(`Requested profile "${profile}" doesn't exist`);
    }
    const name = body.name || randomName(this.#server.random);
    checkInstanceName(name, this.#server.dialect);
    if (!SOURCES.has(source.type ?? "")) {
      throw badRequest(`Unknown source type ${source.type ?? ""}`);
    }
    const named = { ...body, name };
    if (source.type === "copy") return this.#copy(call, named, source);
    if (source.type === "image") return this.#fromImage(call, named, source);
    if (source.type === "migration") throw badRequest("Migration is not simulated");
    return this.#begin(call, named, () => this.#make(project, named, { trigger: "create" }));
  }

  /** Answers `POST` of the rebuild of one. */
  async rebuild(call: Call, instance: InstanceRecord): Promise<Response> {
    if (instance.status !== "Stopped") throw badRequest("Instance must be stopped to be rebuilt");
    const { source = {} } = await call.json<{ source?: Source }>("InstanceRebuildPost");
    return this.#server.operations.begin(call, {
      description: "Rebuilding instance",
      resources: this.#instances.resources(instance),
      run: () => {
        const image = source.type === "none" ? undefined : this.#findImage(call.project, source);
        if (source.type !== "none" && !image) throw failed("Image not found");
        if (instance.snapshots.size > 0) {
          throw failed(
            "Failed rebuilding instance from image: " +
              "Cannot remove an instance volume that has snapshots",
          );
        }
        instance.guest.files = makeGuest(this.#server, instance.name, image?.files?.clone()).files;
        for (const key of Object.keys(instance.config)) {
          if (key.startsWith("image.")) delete instance.config[key];
        }
        Object.assign(instance.config, image ? imageConfig(image) : {});
        instance.config["volatile.apply_template"] = "create";
        this.#instances.tell("updated", instance);
        return Promise.resolve();
      },
    });
  }

  /**
   * Makes an instance and adds it.
   *
   * @throws {Refusal} in the daemons' words when it cannot be.
   */
  #make(project: string, body: InstancesPost & { name: string }, origin: Origin): InstanceRecord {
    const { dialect, random, clock, extensions } = this.#server;
    const record = "Failed creating instance record: ";
    const profiles = body.profiles ?? this.#profilesOf(origin);
    const config: Record<string, string> = {
      ...origin.config,
      ...body.config,
      "volatile.apply_template": origin.trigger,
      "volatile.cloud-init.instance-id": randomId(random),
      "volatile.idmap.base": "0",
      "volatile.idmap.next": ID_MAP,
      "volatile.last_state.idmap": "[]",
      "volatile.uuid": randomId(random),
    };
    if (extensions.has("instance_generation_id")) {
      config["volatile.uuid.generation"] = config["volatile.uuid"]!;
    }
    const devices = { ...dialect === "incus" && origin.from?.devices, ...body.devices } as Devices;
    try {
      checkConfig(config);
      checkDevices(devices, dialect);
    } catch (error) {
      throw failed(record + (error as Error).message);
    }
    if (this.#instances.find(project, body.name)) throw this.#instances.taken();
    const settings: Settings = {
      architecture: body.architecture || "x86_64",
      config,
      devices,
      profiles,
      ephemeral: body.ephemeral ?? false,
    };
    const root = rootDisk(expanded(this.#server, settings, project).expanded_devices);
    const initialising = `${record}Failed initialising instance: `;
    if (!root) {
      throw failed(`${initialising}Failed getting root disk: No root device could be found`);
    }
    if (!this.#server.modules.pools.has(root[1].pool!)) {
      throw failed(`${initialising}Failed loading storage pool: Storage pool not found`);
    }
    this.#checkLimit(project);
    const instance: InstanceRecord = {
      ...settings,
      name: body.name,
      project,
      type: body.type === "virtual-machine" ? "virtual-machine" : "container",
      description: body.description ?? "",
      createdAt: clock.now(),
      lastUsedAt: 0,
      status: "Stopped",
      pid: 0,
      location: this.#server.location,
      guest: makeGuest(this.#server, body.name, origin.files),
      snapshots: new Map(Array.from(origin.snapshots ?? [], (it) => [it.name, copyOf(it)])),
      backups: new Map(),
      metadata: structuredClone(origin.from?.metadata ?? origin.image?.metadata ?? noMetadata()),
      templates: new Map(origin.from?.templates ?? origin.image?.templates),
      logs: new Map([["lxc.log", new Uint8Array()]]),
      execOutput: new Map(),
      mounted: [],
      volumeDescription: "",
    };
    this.#instances.add(instance);
    this.#instances.tell("created", instance, { type: instance.type });
    return instance;
  }

  #checkPlace(call: Call): void {
    const { members, modules } = this.#server;
    const target = call.query.get("target");
    if (target && members.length === 0) throw badRequest("Target only allowed when clustered");
    if (target && !members.includes(target)) throw notFound("Cluster member not found");
    if (!modules.projects.has(call.project)) {
      throw notFound("Failed loading project: Project not found");
    }
  }

  #checkLimit(project: string): void {
    const limit = this.#server.modules.projects.get(project).config["limits.instances"];
    if (limit === undefined || this.#instances.in(project).length < Number(limit)) return;
    throw failed(
      "Failed creating instance record: Failed checking if instance creation allowed: " +
        `Reached maximum number of instances in project "${project}"`,
    );
  }

  /** Those of a body that names none: LXD 5 gives a copy none at all. */
  #profilesOf({ from }: Origin): string[] {
    if (!from) return ["default"];
    return this.#server.dialect === "lxd" ? [] : [...from.profiles];
  }

  #begin(
    call: Call,
    { name, start, source }: InstancesPost & { name: string },
    make: () => InstanceRecord,
    ...others: { name: string; project: string }[]
  ): Response {
    const image = source?.type === "image" && this.#findImage(call.project, source);
    const progress = image ? this.#unpacking : undefined;
    const startsHere = start && this.#server.extensions.has("instance_create_start");
    return this.#server.operations.begin(call, {
      description: "Creating instance",
      resources: this.#instances.resources({ name, project: call.project }, ...others),
      progress,
      run: () => {
        const instance = make();
        const target = call.query.get("target");
        if (target) instance.location = target;
        if (startsHere) {
          this.#server.modules.instances.power.start(instance);
          this.#instances.tell("started", instance);
        }
        return Promise.resolve(progress && progressAt(progress, 100));
      },
    });
  }

  /** What is told of an image that is unpacked. */
  get #unpacking(): Progress {
    const label = this.#server.dialect === "lxd" ? "Unpack" : "Unpacking image";
    return { stage: "create_instance_from_image_unpack", label };
  }

  #fromImage(call: Call, body: InstancesPost & { name: string }, source: Source): Response {
    const { alias, fingerprint, properties } = source;
    if (!alias && !fingerprint && !properties) {
      throw failed("Must specify one of alias, fingerprint or properties for init from image");
    }
    const { images } = this.#server.modules;
    if (alias && this.#server.dialect === "lxd" && !images.byAlias(call.project, alias)) {
      throw notFound("Image alias not found");
    }
    return this.#begin(call, body, () => {
      const image = this.#findImage(call.project, source);
      if (!image) throw failed("Image not provided for instance creation");
      image.lastUsedAt = this.#server.clock.now();
      return this.#make(call.project, { ...body, type: body.type ?? image.type }, {
        trigger: "create",
        image,
        files: image.files?.clone(),
        config: imageConfig(image),
      });
    });
  }

  #findImage(project: string, source: Source): StoredImage | undefined {
    const { images } = this.#server.modules;
    if (source.alias) return images.byAlias(project, source.alias);
    if (source.fingerprint) return images.find(project, source.fingerprint);
    const wanted = Object.entries(source.properties ?? {});
    return images.in(project)
      .find((it) => wanted.every(([key, value]) => it.properties[key] === value));
  }

  #copy(call: Call, body: InstancesPost & { name: string }, source: Source): Response {
    const [name = "", snapshotName] = (source.source ?? "").split("/");
    const from = this.#sourceOf(source.project ?? call.project, name);
    const snapshot = snapshotName === undefined ? undefined : from.snapshots.get(snapshotName);
    if (snapshotName !== undefined && !snapshot) throw notFound("Snapshot not found");
    const there = source.refresh ? this.#instances.find(call.project, body.name) : undefined;
    if (there) return this.#refresh(call, there, from, source);
    const alone = snapshot || source.instance_only || source.container_only;
    return this.#begin(call, body, () =>
      this.#make(call.project, {
        ...body,
        architecture: body.architecture || from.architecture,
        type: from.type,
      }, {
        trigger: "copy",
        from,
        files: (snapshot?.files ?? from.guest.files).clone(),
        config: lastingConfig((snapshot ?? from).config),
        snapshots: alone ? [] : from.snapshots.values(),
      }), from);
  }

  #sourceOf(project: string, name: string): InstanceRecord {
    const from = this.#instances.find(project, name);
    if (from) return from;
    const words = `Failed to fetch instance "${name}" in project "${project}": Instance not found`;
    throw notFound(words);
  }

  #refresh(call: Call, there: InstanceRecord, from: InstanceRecord, source: Source): Response {
    return this.#server.operations.begin(call, {
      description: "Creating instance",
      resources: this.#instances.resources(there, from),
      run: () => {
        if (there.status !== "Stopped") throw failed("Cannot refresh a running instance");
        there.guest.files = from.guest.files.clone();
        if (!source.instance_only) {
          for (const snapshot of from.snapshots.values()) {
            if (!there.snapshots.has(snapshot.name)) {
              there.snapshots.set(snapshot.name, copyOf(snapshot));
            }
          }
        }
        return Promise.resolve();
      },
    });
  }
}

/** A snapshot that another instance has, too. */
export function copyOf(snapshot: SnapshotRecord): SnapshotRecord {
  const { files, ...settings } = snapshot;
  return { ...structuredClone(settings), files: files.clone() };
}

function imageConfig({ fingerprint, properties }: StoredImage): Record<string, string> {
  const own = Object.entries(properties).map(([key, value]) => [`image.${key}`, value]);
  return expandConfig([], { ...Object.fromEntries(own), "volatile.base_image": fingerprint });
}

function noMetadata(): InstanceRecord["metadata"] {
  return { architecture: "", creation_date: 0, expiry_date: 0, properties: {}, templates: {} };
}
