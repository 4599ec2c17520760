/**
 * What every daemon of the kit has once it runs.
 *
 * @module
 */

import type { Api } from "./api.ts";
import { buildImage } from "./image.ts";
import { freePort } from "./port.ts";

/** The alias of the image that every daemon of the kit has. */
export const imageAlias = "busybox";

/** What a project is made with that shares images, profiles and volumes with the default one. */
export const sharingConfig = {
  "features.images": "false",
  "features.profiles": "false",
  "features.storage.volumes": "false",
} as const;

/** Tries again what another process on the machine can spoil by taking the same thing first. */
async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 3;; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

/** Adds the storage pool `default` and puts the root disk of all instances there. */
export async function addStorage(api: Api): Promise<void> {
  await api.request("POST", "/1.0/storage-pools", { body: { name: "default", driver: "dir" } });
  const root = { type: "disk", path: "/", pool: "default" };
  await api.request("PUT", "/1.0/profiles/default", { body: { config: {}, devices: { root } } });
}

/** Opens HTTPS on a free port of 127.0.0.1 and gives the port. */
export function openHttps(api: Api): Promise<number> {
  return insist(async () => {
    const port = freePort();
    const config = { "core.https_address": `127.0.0.1:${port}` };
    await api.request("PATCH", "/1.0", { body: { config } });
    return port;
  });
}

/** Adds the image under its alias. */
export async function addImage(api: Api): Promise<void> {
  const body = await buildImage();
  const { fingerprint } = await api.request("POST", "/1.0/images", { body });
  const alias = { name: imageAlias, target: fingerprint };
  await api.request("POST", "/1.0/images/aliases", { body: alias });
}

/** Adds a managed bridge with DHCP and gives its name. */
export function addBridge(api: Api): Promise<string> {
  // A bridge is the machine's, not the daemon's: its name and subnet must be free among all daemons.
  // The daemons' own search for a free subnet finds none on some machines.
  return insist(async () => {
    const [a = 0, b = 0, ...rest] = crypto.getRandomValues(new Uint8Array(6));
    const name = `lxk${new Uint8Array(rest).toHex()}`;
    const config = { "ipv4.address": `10.${64 + a % 64}.${b}.1/24`, "ipv6.address": "none" };
    await api.request("POST", "/1.0/networks", { body: { name, type: "bridge", config } });
    return name;
  });
}

async function stopInstance(api: Api, name: string, query = ""): Promise<void> {
  const body = { action: "stop", force: true, timeout: 20 };
  await api.request("PUT", `/1.0/instances/${encodeURIComponent(name)}/state${query}`, { body });
}

/** Removes those of the named instances of the default project that exist, running or not. */
export async function removeInstances(api: Api, names: readonly string[]): Promise<void> {
  for (const { name, status } of await api.request("GET", "/1.0/instances?recursion=1")) {
    if (!names.includes(name)) continue;
    if (status !== "Stopped") await stopInstance(api, name);
    await api.request("DELETE", `/1.0/instances/${encodeURIComponent(name)}`);
  }
}

/** Stops all instances of all projects, without waiting for their init. */
export async function stopInstances(api: Api): Promise<void> {
  for (const { name: project } of await api.request("GET", "/1.0/projects?recursion=1")) {
    const query = `?project=${encodeURIComponent(project)}`;
    for (const { name, status } of await api.request("GET", `/1.0/instances${query}&recursion=1`)) {
      if (status !== "Stopped") await stopInstance(api, name, query);
    }
  }
}
