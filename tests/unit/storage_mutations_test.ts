/** Every mutation of storage, as it goes over the wire, answered at once and by an operation. */
import { mutationTests } from "../kit/both_ways.ts";
import {
  BUCKET,
  BUCKETS,
  bucketsOf,
  CUSTOM,
  customOf,
  extensions,
  POOL,
  reads,
  SNAPSHOT,
  snapshotOf,
  VOLUME,
  volumeOf,
} from "./storage_server.ts";

mutationTests({ extensions, reads }, [
  {
    run: (it) => it.storagePools.create({ name: "fast", driver: "dir" }),
    route: "POST /1.0/storage-pools",
    body: { name: "fast", driver: "dir" },
  },
  {
    run: (it) => it.target("m1").storagePools.create({ name: "fast", driver: "dir" }),
    route: "POST /1.0/storage-pools",
    body: { name: "fast", driver: "dir" },
    query: { target: "m1" },
  },
  {
    run: (it) => it.storagePools.at("fast").edit((data) => void (data.description = "new")),
    route: `PUT ${POOL}`,
    body: { name: "fast", driver: "dir", description: "new", config: {} },
  },
  {
    run: (it) => it.storagePools.at("fast").patch({ config: { "user.a": "1" } }),
    route: `PATCH ${POOL}`,
    body: { config: { "user.a": "1" }, description: "kept" },
  },
  {
    run: (it) => it.storagePools.at("fast").delete(),
    route: `DELETE ${POOL}`,
  },
  {
    run: (it) => customOf(it).create({ name: "db", content_type: "block" }),
    route: `POST ${CUSTOM}`,
    body: { name: "db", content_type: "block" },
  },
  {
    run: (it) => volumeOf(it).edit((data) => void (data.description = "new")),
    route: `PUT ${VOLUME}`,
    body: { name: "db", type: "custom", description: "new", config: {}, location: "none" },
  },
  {
    run: (it) => volumeOf(it).patch({ config: { size: "1GiB" } }),
    route: `PATCH ${VOLUME}`,
    body: { config: { size: "1GiB" }, description: "kept" },
  },
  {
    run: (it) => volumeOf(it).patch({ description: "new" }),
    route: `PATCH ${VOLUME}`,
    body: { description: "new" },
  },
  {
    run: (it) => volumeOf(it).rename("db2"),
    route: `POST ${VOLUME}`,
    body: { name: "db2" },
  },
  {
    run: (it) => volumeOf(it).delete(),
    route: `DELETE ${VOLUME}`,
  },
  {
    run: (it) => volumeOf(it).restore("s1"),
    route: `PUT ${VOLUME}`,
    body: { restore: "s1" },
  },
  {
    run: (it) => volumeOf(it).rebuild(),
    route: `POST ${VOLUME}/rebuild`,
    body: {},
  },
  {
    run: (it) => volumeOf(it).copy("db2", { pool: "slow", volumeOnly: true }),
    route: "POST /1.0/storage-pools/slow/volumes/custom",
    body: {
      name: "db2",
      type: "custom",
      source: { type: "copy", name: "db", pool: "fast", volume_only: true },
    },
  },
  {
    run: (it) => volumeOf(it).copy("db2", { refresh: true, refreshExcludeOlder: true }),
    route: `POST ${CUSTOM}`,
    body: {
      name: "db2",
      type: "custom",
      source: {
        type: "copy",
        name: "db",
        pool: "fast",
        refresh: true,
        refresh_exclude_older: true,
      },
    },
  },
  {
    run: (it) => volumeOf(it.project("here")).copy("db2", { project: "there" }),
    route: `POST ${CUSTOM}`,
    body: {
      name: "db2",
      type: "custom",
      source: { type: "copy", name: "db", pool: "fast", project: "here" },
    },
    query: { project: "there" },
  },
  {
    run: (it) => volumeOf(it).copy("db2", { target: "m2" }),
    route: `POST ${CUSTOM}`,
    body: {
      name: "db2",
      type: "custom",
      source: { type: "copy", name: "db", pool: "fast", location: "none" },
    },
    query: { target: "m2" },
  },
  {
    run: (it) => volumeOf(it).move({ pool: "slow", name: "db2", project: "there" }),
    route: `POST ${VOLUME}`,
    body: { name: "db2", pool: "slow", project: "there" },
  },
  {
    run: (it) => volumeOf(it).move({ target: "m2" }),
    route: `POST ${VOLUME}`,
    body: { name: "db", pool: "fast", migration: true, source: { location: "none" } },
    query: { target: "m2" },
  },
  {
    run: (it) => volumeOf(it).snapshots.create({ name: "s1" }),
    route: `POST ${VOLUME}/snapshots`,
    body: { name: "s1" },
  },
  {
    run: (it) => snapshotOf(it).edit((data) => void (data.description = "new")),
    route: `PUT ${SNAPSHOT}`,
    body: { name: "s1", description: "new" },
  },
  {
    run: (it) => snapshotOf(it).patch({ expires_at: null }),
    route: `PATCH ${SNAPSHOT}`,
    body: { expires_at: null },
  },
  {
    run: (it) => snapshotOf(it).rename("s2"),
    route: `POST ${SNAPSHOT}`,
    body: { name: "s2" },
  },
  {
    run: (it) => snapshotOf(it).delete(),
    route: `DELETE ${SNAPSHOT}`,
  },
  {
    run: (it) => snapshotOf(it).restore(),
    route: `PUT ${VOLUME}`,
    body: { restore: "s1" },
  },
  {
    run: (it) => snapshotOf(it).copy("db2"),
    route: `POST ${CUSTOM}`,
    body: { name: "db2", type: "custom", source: { type: "copy", name: "db/s1", pool: "fast" } },
  },
  {
    run: (it) => volumeOf(it).backups.create({ name: "b1", volume_only: true }),
    route: `POST ${VOLUME}/backups`,
    body: { name: "b1", volume_only: true },
  },
  {
    run: (it) => volumeOf(it).backups.at("b1").rename("b2"),
    route: `POST ${VOLUME}/backups/b1`,
    body: { name: "b2" },
  },
  {
    run: (it) => volumeOf(it).backups.at("b1").delete(),
    route: `DELETE ${VOLUME}/backups/b1`,
  },
  {
    run: (it) => volumeOf(it).bitmaps.create({ name: "m1", persistent: true }),
    route: `POST ${VOLUME}/bitmaps`,
    body: { name: "m1", persistent: true },
  },
  {
    run: (it) => volumeOf(it).bitmaps.at("m1").delete(),
    route: `DELETE ${VOLUME}/bitmaps/m1`,
  },
  {
    run: (it) => bucketsOf(it).create({ name: "photos", config: { size: "1GiB" } }),
    route: `POST ${BUCKETS}`,
    body: { name: "photos", config: { size: "1GiB" } },
  },
  {
    run: (it) => bucketsOf(it).at("photos").edit((data) => void (data.description = "new")),
    route: `PUT ${BUCKET}`,
    body: { name: "photos", description: "new", config: { size: "1GiB" }, location: "" },
  },
  {
    run: (it) => bucketsOf(it).at("photos").patch({ description: "new" }),
    route: `PATCH ${BUCKET}`,
    body: { description: "new", config: { size: "1GiB" } },
  },
  {
    run: (it) => bucketsOf(it).at("photos").delete(),
    route: `DELETE ${BUCKET}`,
  },
  {
    run: (it) => bucketsOf(it).at("photos").keys.create({ name: "viewer", role: "read-only" }),
    route: `POST ${BUCKET}/keys`,
    body: { name: "viewer", role: "read-only" },
  },
  {
    run: (it) =>
      bucketsOf(it).at("photos").keys.at("viewer").edit((it) => void (it.role = "admin")),
    route: `PUT ${BUCKET}/keys/viewer`,
    body: { name: "viewer", role: "admin", description: "" },
  },
  {
    run: (it) => bucketsOf(it).at("photos").keys.at("viewer").delete(),
    route: `DELETE ${BUCKET}/keys/viewer`,
  },
  {
    run: (it) => bucketsOf(it).at("photos").backups.create({ name: "b1" }),
    route: `POST ${BUCKET}/backups`,
    body: { name: "b1" },
  },
  {
    run: (it) => bucketsOf(it).at("photos").backups.at("b1").rename("b2"),
    route: `POST ${BUCKET}/backups/b1`,
    body: { name: "b2" },
  },
  {
    run: (it) => bucketsOf(it).at("photos").backups.at("b1").delete(),
    route: `DELETE ${BUCKET}/backups/b1`,
  },
]);
