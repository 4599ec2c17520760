import type { SimulatedServer } from "../server.ts";
import type { InstanceRecord } from "./record.ts";
import { expanded } from "./views.ts";

/** Mounts the custom volumes of an instance where its disk devices say, in place of those before. */
export function mountVolumes(server: SimulatedServer, instance: InstanceRecord): void {
  unmountVolumes(instance);
  const { files } = instance.guest;
  const { expanded_devices } = expanded(server, instance, instance.project);
  for (const { type, pool, source, path } of Object.values(expanded_devices)) {
    if (type !== "disk" || !pool || !source || !path) continue;
    const volume = server.modules.pools.findVolume(instance.project, pool, source);
    if (!volume) continue;
    if (!files.find(path)) files.mkdir(path, { recursive: true });
    files.mount(path, volume.guest.files);
    instance.mounted.push(volume.guest.files);
  }
}

/** Unmounts all volumes of an instance. */
export function unmountVolumes({ guest, mounted }: InstanceRecord): void {
  for (const tree of mounted.splice(0)) guest.files.unmount(tree);
}
