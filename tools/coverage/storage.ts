import type { Methods } from "./table.ts";

/** Storage pools, volumes and buckets. */
export const storage: Methods = {
  "GET /1.0/storage-pools": ({ client }) => client.storagePools.list(),
  "POST /1.0/storage-pools": ({ client, body }) => client.storagePools.create(body),
  "GET /1.0/storage-pools/{pool}": ({ client, name }) => client.storagePools.get(name),
  "PUT /1.0/storage-pools/{pool}": ({ change, pool }) => pool.edit(change),
  "PATCH /1.0/storage-pools/{pool}": ({ body, pool }) => pool.patch(body),
  "DELETE /1.0/storage-pools/{pool}": ({ pool }) => pool.delete(),
  "GET /1.0/storage-pools/{pool}/resources": ({ pool }) => pool.resources(),

  "GET /1.0/storage-volumes": ({ client }) => client.storageVolumes.list(),
  "GET /1.0/storage-volumes/{type}": ({ client, type }) => client.storageVolumes.list({ type }),
  "GET /1.0/storage-pools/{pool}/volumes": ({ pool }) => pool.volumes.list(),
  "GET /1.0/storage-pools/{pool}/volumes/{type}": ({ type, pool }) =>
    pool.volumes.ofType(type).list(),
  "POST /1.0/storage-pools/{pool}/volumes/{type}": [
    ({ body, pool }) => pool.volumes.custom.create(body),
    ({ bytes, name, pool }) => pool.volumes.custom.importBackup(bytes, { name }),
    ({ bytes, name, pool }) => pool.volumes.custom.importIso(name, bytes),
    ({ name, volume }) => volume.copy(name),
  ],
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}": ({ name, type, pool }) =>
    pool.volumes.get(type, name),
  "PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}": [
    ({ change, volume }) => volume.edit(change),
    ({ name, volume }) => volume.restore(name),
  ],
  "PATCH /1.0/storage-pools/{pool}/volumes/{type}/{volume}": ({ body, volume }) =>
    volume.patch(body),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}": [
    ({ name, volume }) => volume.rename(name),
    ({ body, volume }) => volume.move(body),
  ],
  "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}": ({ volume }) => volume.delete(),
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/state": ({ volume }) => volume.state(),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/rebuild": ({ volume }) =>
    volume.rebuild(),

  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/files": [
    ({ path, volume }) => volume.files.open(path),
    ({ path, volume }) => volume.files.list(path),
  ],
  "HEAD /1.0/storage-pools/{pool}/volumes/{type}/{volume}/files": ({ path, volume }) =>
    volume.files.stat(path),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/files": ({ bytes, path, volume }) =>
    volume.files.write(path, bytes),
  "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/files": ({ path, volume }) =>
    volume.files.remove(path),

  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots": ({ volume }) =>
    volume.snapshots.list(),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots": ({ body, volume }) =>
    volume.snapshots.create(body),
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}": (
    { name, volume },
  ) => volume.snapshots.get(name),
  "PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}": (
    { change, volumeSnapshot },
  ) => volumeSnapshot.edit(change),
  "PATCH /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}": (
    { body, volumeSnapshot },
  ) => volumeSnapshot.patch(body),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}": (
    { name, volumeSnapshot },
  ) => volumeSnapshot.rename(name),
  "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}": (
    { volumeSnapshot },
  ) => volumeSnapshot.delete(),

  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups": ({ volume }) =>
    volume.backups.list(),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups": [
    ({ body, volume }) => volume.backups.create(body),
    ({ volume }) => volume.backups.stream(),
  ],
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}": ({ name, volume }) =>
    volume.backups.get(name),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}": (
    { name, volumeBackup },
  ) => volumeBackup.rename(name),
  "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}": ({ volumeBackup }) =>
    volumeBackup.delete(),
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}/export": (
    { volumeBackup },
  ) => volumeBackup.export(),

  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/nbd": ({ volume }) => volume.nbd(),
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/sftp": ({ volume }) => volume.sftp(),
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/bitmaps": ({ volume }) =>
    volume.bitmaps.list(),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/bitmaps": ({ body, volume }) =>
    volume.bitmaps.create(body),
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/bitmaps/{bitmap}": ({ name, volume }) =>
    volume.bitmaps.get(name),
  "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/bitmaps/{bitmap}": ({ bitmap }) =>
    bitmap.delete(),

  "GET /1.0/storage-pools/{pool}/buckets": ({ pool }) => pool.buckets.list(),
  "POST /1.0/storage-pools/{pool}/buckets": [
    ({ body, pool }) => pool.buckets.create(body),
    ({ bytes, name, pool }) => pool.buckets.importBackup(bytes, { name }),
  ],
  "GET /1.0/storage-pools/{pool}/buckets/{bucket}": ({ name, pool }) => pool.buckets.get(name),
  "PUT /1.0/storage-pools/{pool}/buckets/{bucket}": ({ change, bucket }) => bucket.edit(change),
  "PATCH /1.0/storage-pools/{pool}/buckets/{bucket}": ({ body, bucket }) => bucket.patch(body),
  "DELETE /1.0/storage-pools/{pool}/buckets/{bucket}": ({ bucket }) => bucket.delete(),
  "GET /1.0/storage-pools/{pool}/buckets/{bucket}/keys": ({ bucket }) => bucket.keys.list(),
  "POST /1.0/storage-pools/{pool}/buckets/{bucket}/keys": ({ body, bucket }) =>
    bucket.keys.create(body),
  "GET /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}": ({ name, bucket }) =>
    bucket.keys.get(name),
  "PUT /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}": ({ change, key }) =>
    key.edit(change),
  "DELETE /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}": ({ key }) => key.delete(),
  "GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups": ({ bucket }) => bucket.backups.list(),
  "POST /1.0/storage-pools/{pool}/buckets/{bucket}/backups": [
    ({ body, bucket }) => bucket.backups.create(body),
    ({ bucket }) => bucket.backups.stream(),
  ],
  "GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}": ({ name, bucket }) =>
    bucket.backups.get(name),
  "POST /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}": ({ name, bucketBackup }) =>
    bucketBackup.rename(name),
  "DELETE /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}": ({ bucketBackup }) =>
    bucketBackup.delete(),
  "GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}/export": ({ bucketBackup }) =>
    bucketBackup.export(),
};
