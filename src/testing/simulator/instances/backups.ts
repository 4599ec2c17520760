import type { Call } from "../call.ts";
import { pathOf } from "../documents.ts";
import { failed, notFound } from "../refusal.ts";
import { bytes, sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { givenTime } from "../times.ts";
import { packInstance } from "./backup_archive.ts";
import type { Instances } from "./instances.ts";
import { nextName } from "./names.ts";
import type { BackupRecord, InstanceRecord } from "./record.ts";
import { backupView } from "./views.ts";

/** The body of a creation. */
interface BackupsPost {
  name?: string;
  expires_at?: string | null;
  instance_only?: boolean;
  container_only?: boolean;
  optimized_storage?: boolean;
  compression_algorithm?: string;
}

/** The backups of instances. */
export class BackupRoutes {
  readonly #server: SimulatedServer;
  readonly #instances: Instances;

  /** Of a server. */
  constructor(server: SimulatedServer, instances: Instances) {
    this.#server = server;
    this.#instances = instances;
  }

  /** What answers under `backups`. */
  routes(): Route[] {
    return [
      {
        path: "/1.0/instances/{name}/backups",
        methods: { GET: (call) => this.#list(call), POST: (call) => this.#create(call) },
      },
      {
        path: "/1.0/instances/{name}/backups/{backup}",
        methods: {
          GET: (call) => sync(backupView(this.#server, this.#find(call).backup)),
          POST: (call) => this.#rename(call),
          DELETE: (call) => this.#delete(call),
        },
      },
      {
        path: "/1.0/instances/{name}/backups/{backup}/export",
        methods: { GET: (call) => bytes(this.#find(call).backup.content) },
      },
    ];
  }

  #find(call: Call): { instance: InstanceRecord; backup: BackupRecord } {
    const instance = this.#instances.of(call);
    const backup = instance.backups.get(call.param("backup"));
    if (backup) return { instance, backup };
    const prefix = this.#server.dialect === "lxd" ? "Load backup from database: " : "";
    throw notFound(`${prefix}Instance backup not found`);
  }

  #list(call: Call): Promise<Response> {
    const instance = this.#instances.of(call);
    const all = [...instance.backups.values()];
    return sync(
      call.recursion > 0
        ? all.map((it) => backupView(this.#server, it))
        : all.map(({ name }) => this.#path(instance, name)),
    );
  }

  async #create(call: Call): Promise<Response> {
    const instance = this.#instances.of(call);
    const body = await call.json<BackupsPost>("InstanceBackupsPost", { instance_only: "bool" });
    const name = body.name || nextName("backup%d", instance.backups.keys());
    const { dialect, clock } = this.#server;
    return this.#server.operations.begin(call, {
      description: "Backing up instance",
      resources: {
        backups: [dialect === "lxd" ? `/1.0/backups/${name}` : this.#path(instance, name)],
        ...this.#instances.resources(instance),
      },
      run: async () => {
        if (instance.backups.has(name)) {
          throw failed(`Create backup: Backup "${instance.name}/${name}" already exists`);
        }
        const instanceOnly = body.instance_only ?? body.container_only ?? false;
        const content = await packInstance(instance, {
          instanceOnly,
          compression: body.compression_algorithm ?? "gzip",
        });
        instance.backups.set(name, {
          name,
          createdAt: clock.now(),
          expiresAt: givenTime(body.expires_at),
          instanceOnly,
          optimized: body.optimized_storage ?? false,
          content,
        });
        this.#tell("created", instance, name);
      },
    });
  }

  async #rename(call: Call): Promise<Response> {
    const { instance, backup } = this.#find(call);
    const { name } = await call.json<{ name: string }>("InstanceBackupPost");
    return this.#server.operations.begin(call, {
      description: "Renaming instance backup",
      resources: this.#instances.resources(instance),
      run: () => {
        const before = backup.name;
        instance.backups.delete(before);
        backup.name = name;
        instance.backups.set(name, backup);
        this.#tell("renamed", instance, name, { old_name: before });
        return Promise.resolve();
      },
    });
  }

  #delete(call: Call): Response {
    const { instance, backup: { name } } = this.#find(call);
    const old = { container: [`/1.0/container/${instance.name}`] };
    return this.#server.operations.begin(call, {
      description: "Removing instance backup",
      resources: this.#server.dialect === "lxd" ? old : this.#instances.resources(instance),
      run: () => {
        instance.backups.delete(name);
        this.#tell("deleted", instance, name);
        return Promise.resolve();
      },
    });
  }

  #path({ name, project }: InstanceRecord, backup: string): string {
    const collection = `/1.0/instances/${encodeURIComponent(name)}/backups`;
    return pathOf(collection, { name: backup, project });
  }

  #tell(what: string, instance: InstanceRecord, name: string, context?: object): void {
    const { project } = instance;
    const path = this.#path(instance, name);
    this.#server.lifecycle(`instance-backup-${what}`, path, { project, name, context });
  }
}
