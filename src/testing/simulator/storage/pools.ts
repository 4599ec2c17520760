import type { Call } from "../call.ts";
import { type Document, type DocumentKind, documentRoutes } from "../documents.ts";
import { STORAGE_OPERATIONS } from "../extensions.ts";
import { badRequest, conflict, failed, notFound } from "../refusal.ts";
import { sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import type { VolumeRecord } from "./volume_record.ts";
import { Volumes } from "./volumes.ts";

/** A storage pool. */
interface PoolRecord extends Document {
  driver: string;
  description: string;
  config: Record<string, string>;
}

const DRIVERS = ["dir", "btrfs", "zfs", "lvm", "ceph", "cephfs"];

/** The storage pools of a simulated server. */
export class StoragePools {
  readonly #server: SimulatedServer;
  readonly #all = new Map<string, PoolRecord>();
  readonly #volumes: Volumes;

  /** The pool `default` alone. */
  constructor(server: SimulatedServer) {
    this.#server = server;
    this.#volumes = new Volumes(server, this);
    this.#all.set("default", {
      name: "default",
      project: "default",
      driver: "dir",
      description: "",
      config: this.#placed("default", {}),
    });
  }

  /** Whether there is one of the name. */
  has(name: string): boolean {
    return this.#all.has(name);
  }

  /** Makes sure that there is one of the name. */
  check(name: string): void {
    if (!this.has(name)) throw notFound("Storage pool not found");
  }

  /** The custom volume that a call is about. */
  volumeOf(call: Call): VolumeRecord {
    return this.#volumes.of(call);
  }

  /** The custom volume of a name, where there is one. */
  findVolume(project: string, pool: string, name: string): VolumeRecord | undefined {
    return this.#volumes.find(project, pool, name);
  }

  /** The paths of the volumes of a project. */
  pathsIn(project: string): string[] {
    return this.#volumes.pathsIn(project);
  }

  /** Forgets the volumes of a project. */
  drop(project: string): void {
    this.#volumes.drop(project);
  }

  /** What answers under `/1.0/storage-pools`. */
  routes(): Route[] {
    return [
      ...documentRoutes(this.#server, this.#kind()),
      {
        path: "/1.0/storage-pools/{pool}/resources",
        methods: {
          GET: (call) => {
            this.check(call.param("pool"));
            return sync({
              space: { used: 24296906752, total: 270553174016 },
              inodes: { used: 416088, total: 16777216 },
            });
          },
        },
      },
      ...this.#bucketRoutes(),
      ...this.#volumes.routes(),
    ];
  }

  #kind(): DocumentKind<PoolRecord> {
    return {
      path: "/1.0/storage-pools",
      event: "storage-pool",
      fields: { description: "", config: {} },
      // LXD 5 checks an ETag that it does not tell.
      tagged: this.#server.dialect === "incus",
      background: { extension: STORAGE_OPERATIONS, noun: "storage pool" },
      shelf: (call) => {
        this.#checkTarget(call);
        return this.#all;
      },
      view: (pool) => this.#view(pool),
      missing: () => "Storage pool not found",
      create: (call) => this.#create(call),
      change: ({ name }, fields) => {
        for (const key of Object.keys(fields.config!)) {
          if (key !== "source" && !/^(user|rsync|volume|size|lvm|zfs|btrfs|ceph)\b/.test(key)) {
            throw badRequest(`Invalid option "${key}"`);
          }
        }
        fields.config = this.#placed(name, fields.config!);
      },
      remove: (pool) => {
        if (this.#usedBy(pool).length > 0) {
          throw badRequest("The storage pool is currently in use");
        }
      },
    };
  }

  #checkTarget(call: Call): void {
    const target = call.query.get("target");
    if (!target || this.#server.members.includes(target)) return;
    throw this.#server.members.length === 0
      ? badRequest("Target only allowed when clustered")
      : notFound("Cluster member not found");
  }

  async #create(call: Call): Promise<PoolRecord> {
    const body = await call.json<PoolRecord>("StoragePoolsPost", { driver: "string" });
    const { name, driver, description = "", config = {} } = body;
    if (!name) throw badRequest("No name provided");
    if (name.includes("/")) throw badRequest("Storage pool names may not contain slashes");
    if (!driver) throw badRequest("No driver provided");
    if (this.has(name)) {
      throw conflict("The storage pool already exists: The record already exists");
    }
    if (!DRIVERS.includes(driver)) throw failed("Unknown driver");
    return { name, project: "default", driver, description, config: this.#placed(name, config) };
  }

  #placed(name: string, config: Record<string, string>): Record<string, string> {
    const { dialect } = this.#server;
    return { source: `/var/lib/${dialect}/storage-pools/${name}`, ...config };
  }

  #view(pool: PoolRecord): object {
    const { config, description, name, driver } = pool;
    const usedBy = this.#usedBy(pool);
    const none = this.#server.dialect === "lxd" && usedBy.length === 0;
    return {
      config,
      description,
      name,
      driver,
      used_by: none ? null : usedBy,
      status: "Created",
      locations: this.#server.members.length > 0 ? this.#server.members : ["none"],
    };
  }

  #usedBy({ name }: PoolRecord): string[] {
    const { profiles } = this.#server.modules;
    return [
      ...this.#volumes.users(name),
      ...profiles.pathsWith(({ type, pool }) => type === "disk" && pool === name),
    ];
  }

  /** No bucket can be made, as on servers without MinIO. */
  #bucketRoutes(): Route[] {
    const path = "/1.0/storage-pools/{pool}/buckets";
    const extension = "storage_buckets";
    const missing = (call: Call): never => {
      this.check(call.param("pool"));
      throw notFound("Storage bucket not found");
    };
    return [
      {
        path,
        extension,
        methods: {
          GET: (call) => {
            this.check(call.param("pool"));
            return sync([]);
          },
          POST: () => {
            throw failed("Storage buckets are not simulated");
          },
        },
      },
      {
        path: `${path}/{name}`,
        extension,
        methods: { GET: missing, PUT: missing, PATCH: missing, DELETE: missing },
      },
      { path: `${path}/{name}/keys`, extension, methods: { GET: missing, POST: missing } },
      { path: `${path}/{name}/backups`, extension, methods: { GET: missing, POST: missing } },
    ];
  }
}
