import type { Methods } from "./table.ts";

/** Instances with all that belongs to them. */
export const instances: Methods = {
  "GET /1.0/instances": ({ client }) => client.instances.list(),
  "POST /1.0/instances": [
    ({ client, body }) => client.instances.create(body),
    ({ client, bytes }) => client.instances.importBackup(bytes),
    ({ name, instance }) => instance.copy(name),
  ],
  "PUT /1.0/instances": ({ client, body }) => client.instances.setState(body),
  "GET /1.0/instances/{name}": ({ client, name }) => client.instances.get(name),
  "PUT /1.0/instances/{name}": [
    ({ change, instance }) => instance.edit(change),
    ({ name, instance }) => instance.restore(name),
  ],
  "PATCH /1.0/instances/{name}": ({ body, instance }) => instance.patch(body),
  "POST /1.0/instances/{name}": [
    ({ name, instance }) => instance.rename(name),
    ({ name, instance }) => instance.move({ pool: name }),
  ],
  "DELETE /1.0/instances/{name}": ({ instance }) => instance.delete(),
  "GET /1.0/instances/{name}/access": ({ instance }) => instance.access(),
  "GET /1.0/instances/{name}/state": ({ instance }) => instance.state(),
  "PUT /1.0/instances/{name}/state": [
    ({ instance }) => instance.start(),
    ({ instance }) => instance.stop(),
    ({ instance }) => instance.restart(),
    ({ instance }) => instance.freeze(),
    ({ instance }) => instance.unfreeze(),
  ],
  "POST /1.0/instances/{name}/rebuild": ({ body, instance }) => instance.rebuild(body),
  "POST /1.0/instances/{name}/exec": [
    ({ command, instance }) => instance.exec(command),
    ({ command, instance }) => instance.spawn(command),
    ({ command, instance }) => instance.record(command),
  ],
  "POST /1.0/instances/{name}/console": [
    ({ instance }) => instance.console(),
    ({ instance }) => instance.vga(),
  ],
  "GET /1.0/instances/{name}/console": [
    ({ instance }) => instance.consoleLog.open(),
    ({ instance }) => instance.screenshot(),
  ],
  "DELETE /1.0/instances/{name}/console": ({ instance }) => instance.consoleLog.clear(),
  "POST /1.0/instances/{name}/bitmaps": ({ body, instance }) => instance.createBitmap(body),
  "GET /1.0/instances/{name}/debug/memory": ({ instance }) => instance.debug.memory(),
  "POST /1.0/instances/{name}/debug/repair": ({ body, instance }) => instance.debug.repair(body),

  "GET /1.0/instances/{name}/files": [
    ({ path, instance }) => instance.files.open(path),
    ({ path, instance }) => instance.files.list(path),
  ],
  "HEAD /1.0/instances/{name}/files": ({ path, instance }) => instance.files.stat(path),
  "POST /1.0/instances/{name}/files": [
    ({ bytes, path, instance }) => instance.files.write(path, bytes),
    ({ path, instance }) => instance.files.mkdir(path),
    ({ path, instance }) => instance.files.symlink(path, path),
  ],
  "DELETE /1.0/instances/{name}/files": ({ path, instance }) => instance.files.remove(path),

  "GET /1.0/instances/{name}/sftp": ({ instance }) => instance.sftp(),
  "GET /1.0/instances/{name}/nbd": ({ instance }) => instance.nbd(),
  "POST /1.0/instances/{name}/port-forward": ({ instance }) => instance.forward({ port: 80 }),

  "GET /1.0/instances/{name}/snapshots": ({ instance }) => instance.snapshots.list(),
  "POST /1.0/instances/{name}/snapshots": ({ body, instance }) => instance.snapshots.create(body),
  "GET /1.0/instances/{name}/snapshots/{snapshot}": ({ name, instance }) =>
    instance.snapshots.get(name),
  "PUT /1.0/instances/{name}/snapshots/{snapshot}": ({ change, snapshot }) => snapshot.edit(change),
  "PATCH /1.0/instances/{name}/snapshots/{snapshot}": ({ body, snapshot }) => snapshot.patch(body),
  "POST /1.0/instances/{name}/snapshots/{snapshot}": ({ name, snapshot }) => snapshot.rename(name),
  "DELETE /1.0/instances/{name}/snapshots/{snapshot}": ({ snapshot }) => snapshot.delete(),

  "GET /1.0/instances/{name}/backups": ({ instance }) => instance.backups.list(),
  "POST /1.0/instances/{name}/backups": [
    ({ body, instance }) => instance.backups.create(body),
    ({ instance }) => instance.backups.stream(),
  ],
  "GET /1.0/instances/{name}/backups/{backup}": ({ name, instance }) => instance.backups.get(name),
  "POST /1.0/instances/{name}/backups/{backup}": ({ name, backup }) => backup.rename(name),
  "DELETE /1.0/instances/{name}/backups/{backup}": ({ backup }) => backup.delete(),
  "GET /1.0/instances/{name}/backups/{backup}/export": ({ backup }) => backup.export(),

  "GET /1.0/instances/{name}/logs": ({ instance }) => instance.logs.names(),
  "GET /1.0/instances/{name}/logs/{filename}": ({ name, instance }) => instance.logs.open(name),
  "DELETE /1.0/instances/{name}/logs/{filename}": ({ name, instance }) =>
    instance.logs.delete(name),
  "GET /1.0/instances/{name}/logs/exec-output": ({ instance }) => instance.execOutput.names(),
  "GET /1.0/instances/{name}/logs/exec-output/{filename}": ({ name, instance }) =>
    instance.execOutput.open(name),
  "DELETE /1.0/instances/{name}/logs/exec-output/{filename}": ({ name, instance }) =>
    instance.execOutput.delete(name),

  "GET /1.0/instances/{name}/metadata": ({ instance }) => instance.metadata.refresh(),
  "PUT /1.0/instances/{name}/metadata": ({ change, instance }) => instance.metadata.edit(change),
  "PATCH /1.0/instances/{name}/metadata": ({ body, instance }) => instance.metadata.patch(body),
  "GET /1.0/instances/{name}/metadata/templates": [
    ({ instance }) => instance.metadata.templates.names(),
    ({ name, instance }) => instance.metadata.templates.open(name),
  ],
  "POST /1.0/instances/{name}/metadata/templates": ({ bytes, name, instance }) =>
    instance.metadata.templates.write(name, bytes),
  "DELETE /1.0/instances/{name}/metadata/templates": ({ name, instance }) =>
    instance.metadata.templates.delete(name),

  "GET /1.0/instances/{name}/uefi-vars": ({ instance }) => instance.uefiVariables.refresh(),
  "PUT /1.0/instances/{name}/uefi-vars": ({ change, instance }) =>
    instance.uefiVariables.edit(change),
  "GET /1.0/instances/{name}/nvram": ({ instance }) => instance.nvram.list(),
  "PATCH /1.0/instances/{name}/nvram": ({ body, instance }) => instance.nvram.change(body),
  "GET /1.0/instances/{name}/nvram/{guid}": ({ name, instance }) => instance.nvram.listOf(name),
  "GET /1.0/instances/{name}/nvram/{guid}/{variable}": ({ name, instance }) =>
    instance.nvram.at(name, name).get(),
  "PUT /1.0/instances/{name}/nvram/{guid}/{variable}": ({ bytes, name, instance }) =>
    instance.nvram.at(name, name).write(bytes),
  "DELETE /1.0/instances/{name}/nvram/{guid}/{variable}": ({ name, instance }) =>
    instance.nvram.at(name, name).delete(),
};
