import { mutationTests } from "../kit/both_ways.ts";

const I = "/1.0/instances/web";
const instance = {
  name: "web",
  architecture: "x86_64",
  config: { "user.a": "1", "volatile.uuid": "u" },
  description: "d",
  devices: { eth0: { type: "none" } },
  ephemeral: false,
  expanded_devices: { root: { type: "disk", path: "/", pool: "default", size: "1GiB" } },
  profiles: ["default", "web"],
  project: "default",
};
const snapshot = { ...instance, name: "s", description: undefined };
const metadata = { architecture: "x86_64", properties: { os: "busybox" } };
const variables = { variables: { "BootOrder-guid": { attr: 7, data: "0000" } } };
const nvram = { data: "AA==", attributes: ["NON_VOLATILE"] };
const taken = {
  architecture: "x86_64",
  config: { "user.a": "1" },
  devices: { eth0: { type: "none" } },
  ephemeral: false,
  profiles: ["default", "web"],
};

mutationTests({
  extensions: [
    "console",
    "container_backup",
    "container_edit_metadata",
    "instance_create_start",
    "instance_move_config",
    "instance_nvram",
    "instance_nvram_bulk_update",
    "instance_pool_move",
    "instance_project_move",
    "instance_snapshot_disk_only_restore",
    "instance_snapshot_multi_volume",
    "instances_debug_repair",
    "instances_uefi_vars",
    "storage_volume_nbd",
  ],
  reads: {
    [I]: instance,
    "/1.0/instances/copy": { ...instance, name: "copy" },
    [`${I}/snapshots/s`]: snapshot,
    [`${I}/snapshots/t`]: { ...snapshot, name: "t" },
    [`${I}/backups/b`]: { name: "b" },
    [`${I}/backups/c`]: { name: "c" },
    [`${I}/metadata`]: metadata,
    [`${I}/uefi-vars`]: variables,
    "/1.0/images/f": { fingerprint: "f" },
  },
}, [
  {
    route: `POST ${I}/snapshots`,
    run: ({ instances }) => instances.at("web").snapshots.create({ name: "s", stateful: true }),
    body: { name: "s", stateful: true },
  },
  {
    route: `POST ${I}/snapshots/s`,
    run: ({ instances }) => instances.at("web").snapshots.at("s").rename("t"),
    body: { name: "t" },
  },
  {
    route: `PUT ${I}/snapshots/s`,
    run: ({ instances }) =>
      instances.at("web").snapshots.at("s").edit((it) => {
        it.expires_at = null;
      }),
    body: { ...JSON.parse(JSON.stringify(snapshot)), expires_at: null },
  },
  {
    route: `PATCH ${I}/snapshots/s`,
    run: ({ instances }) => instances.at("web").snapshots.at("s").patch({ expires_at: null }),
    body: { expires_at: null },
  },
  {
    route: `DELETE ${I}/snapshots/s`,
    run: ({ instances }) => instances.at("web").snapshots.at("s").delete(),
  },
  {
    route: `DELETE ${I}/snapshots/s`,
    run: ({ instances }) =>
      instances.at("web").snapshots.at("s").delete({ diskVolumes: "all-exclusive" }),
    query: { "disk-volumes": "all-exclusive" },
  },
  {
    route: `PUT ${I}`,
    run: ({ instances }) =>
      instances.at("web").restore("s", { stateful: true, diskVolumes: "all-exclusive" }),
    body: { restore: "s", stateful: true, restore_disk_volumes_mode: "all-exclusive" },
  },
  {
    route: `PUT ${I}`,
    run: ({ instances }) => instances.at("web").snapshots.at("s").restore({ diskOnly: true }),
    body: { restore: "s", disk_only: true },
  },
  {
    route: "POST /1.0/images",
    run: ({ instances }) => instances.at("web").snapshots.at("s").publish({ public: true }),
    body: { public: true, source: { type: "snapshot", name: "web/s" } },
    told: { fingerprint: "f" },
  },
  {
    route: `POST ${I}/backups`,
    run: ({ instances }) => instances.at("web").backups.create({ name: "b", instance_only: true }),
    body: { name: "b", instance_only: true },
  },
  {
    route: `POST ${I}/backups/b`,
    run: ({ instances }) => instances.at("web").backups.at("b").rename("c"),
    body: { name: "c" },
  },
  {
    route: `DELETE ${I}/backups/b`,
    run: ({ instances }) => instances.at("web").backups.at("b").delete(),
  },
  {
    route: "POST /1.0/instances",
    run: ({ instances }) => instances.at("web").copy("copy", { instanceOnly: true, start: true }),
    body: {
      ...taken,
      name: "copy",
      description: "d",
      start: true,
      source: { type: "copy", source: "web", instance_only: true },
    },
  },
  {
    route: "POST /1.0/instances",
    run: ({ instances }) =>
      instances.at("web").snapshots.at("s").copy("copy", {
        project: "ci",
        target: "node2",
        pool: "fast",
        config: { "user.a": "2" },
        live: true,
        refresh: true,
        refreshExcludeOlder: true,
        allowInconsistent: true,
        ephemeral: true,
        profiles: [],
      }),
    body: {
      ...taken,
      name: "copy",
      config: { "user.a": "2" },
      devices: {
        eth0: { type: "none" },
        root: { type: "disk", path: "/", pool: "fast", size: "1GiB" },
      },
      ephemeral: true,
      profiles: [],
      source: {
        type: "copy",
        source: "web/s",
        project: "default",
        live: true,
        refresh: true,
        refresh_exclude_older: true,
        allow_inconsistent: true,
      },
    },
    query: { project: "ci", target: "node2" },
  },
  {
    route: `POST ${I}`,
    run: ({ instances }) =>
      instances.at("web").move({
        target: "node2",
        pool: "fast",
        project: "ci",
        live: true,
        name: "copy",
        config: {},
        profiles: ["default"],
      }),
    body: {
      name: "copy",
      migration: true,
      pool: "fast",
      project: "ci",
      live: true,
      Config: {},
      Profiles: ["default"],
    },
    query: { target: "node2" },
  },
  {
    route: `DELETE ${I}/logs/lxc.log`,
    run: ({ instances }) => instances.at("web").logs.delete("lxc.log"),
  },
  {
    route: `DELETE ${I}/logs/exec-output/exec_1.stdout`,
    run: ({ instances }) => instances.at("web").execOutput.delete("exec_1.stdout"),
  },
  {
    route: `DELETE ${I}/console`,
    run: ({ instances }) => instances.at("web").consoleLog.clear(),
  },
  {
    route: `PUT ${I}/metadata`,
    run: ({ instances }) =>
      instances.at("web").metadata.edit((it) => {
        it.expiry_date = 1;
      }),
    body: { ...metadata, expiry_date: 1 },
  },
  {
    route: `PATCH ${I}/metadata`,
    run: ({ instances }) => instances.at("web").metadata.patch({ expiry_date: 1 }),
    body: { expiry_date: 1 },
  },
  {
    route: `POST ${I}/metadata/templates`,
    run: ({ instances }) => instances.at("web").metadata.templates.write("a/b.tpl", "text"),
    query: { path: "a/b.tpl" },
  },
  {
    route: `DELETE ${I}/metadata/templates`,
    run: ({ instances }) => instances.at("web").metadata.templates.delete("a/b.tpl"),
    query: { path: "a/b.tpl" },
  },
  {
    route: `PUT ${I}/uefi-vars`,
    run: ({ instances }) =>
      instances.at("web").uefiVariables.edit((it) => {
        it.variables["BootOrder-guid"]!.data = "0001";
      }),
    body: { variables: { "BootOrder-guid": { attr: 7, data: "0001" } } },
  },
  {
    route: `PUT ${I}/nvram/guid/BootOrder`,
    run: ({ instances }) =>
      instances.at("web").nvram.at("guid", "BootOrder").write(new Uint8Array([1]), {
        attributes: 7,
        timestamp: new Date(5000),
      }),
  },
  {
    route: `DELETE ${I}/nvram/guid/BootOrder`,
    run: ({ instances }) => instances.at("web").nvram.at("guid", "BootOrder").delete(),
  },
  {
    route: `PATCH ${I}/nvram`,
    run: ({ instances }) =>
      instances.at("web").nvram.change({ guid: { BootOrder: nvram, Gone: null } }),
    body: { guid: { BootOrder: nvram, Gone: null } },
  },
  {
    route: `POST ${I}/debug/repair`,
    run: ({ instances }) => instances.at("web").debug.repair("rebuild-config-volume"),
    body: { action: "rebuild-config-volume" },
  },
  {
    route: `POST ${I}/bitmaps`,
    run: ({ instances }) => instances.at("web").createBitmap({ name: "day", persistent: true }),
    body: { name: "day", persistent: true },
  },
]);
