/** What the compiler refuses, and what it takes, of bodies and options. Checked by it, never run. */
import type {
  Client,
  Device,
  ImageSource,
  Instance,
  InstanceSource,
  NetworksPost,
  StoragePoolsPost,
} from "../../mod.ts";

export function names(client: Client): void {
  client.profiles.create({ name: "small", config: { "limits.cpu": "2" } });
  // @ts-expect-error: a profile needs a name
  client.profiles.create({ config: { "limits.cpu": "2" } });
  // @ts-expect-error: a project needs a name
  client.projects.create({ description: "no name" });
  // @ts-expect-error: a storage volume needs a name
  client.storagePools.at("default").volumes.custom.create({ config: {} });
  client.instances.create({ source: { type: "none" } });
  // @ts-expect-error: an instance needs a source
  client.instances.create({ name: "web" });
}

export function fields(client: Client, instance: Instance): void {
  // @ts-expect-error: the field is "description"
  client.profiles.create({ name: "small", desription: "misspelt" });
  // @ts-expect-error: values of the configuration are strings
  client.profiles.create({ name: "small", config: { "limits.cpu": 2 } });
  // @ts-expect-error: devices go by their names, they are no list
  client.profiles.create({ name: "small", devices: [{ type: "none" }] });
  // @ts-expect-error: the status is not for writing
  instance.patch({ status: "Running" });
  instance.edit((it) => {
    it.config!["limits.cpu"] = "2";
    // @ts-expect-error: the name is changed by rename()
    it.name = "db";
  });
  // @ts-expect-error: the option is "gracePeriod"
  instance.stop({ grace: 1000 });
  // @ts-expect-error: a name is a string
  client.instances.get(7);
  // @ts-expect-error: a command is a list
  instance.exec("uname -a");
}

export function words(client: Client): void {
  client.events({ types: ["lifecycle", "operation"] });
  // @ts-expect-error: there are no events of that type
  client.events({ types: ["lifecycles"] });
  // @ts-expect-error: there are three ways to copy an image
  client.images.at("abc").copyTo(client, { mode: "carry" });
  client.instances.at("web").spawn(["sh"]).then((process) => {
    process.kill("SIGHUP");
    // @ts-expect-error: there is no such signal
    process.kill("SIGNAL");
  });
  // @ts-expect-error: there is no such verb
  client.instances.at("web").kill();
}

export const devices: Device[] = [
  { type: "disk", pool: "default", path: "/" },
  { type: "nic", network: "br0" },
  { type: "proxy", listen: "tcp:0.0.0.0:80", connect: "tcp:127.0.0.1:80" },
  { type: "disk", path: "/", "user.note": "further keys are allowed" },
  // @ts-expect-error: there is no device of that type
  { type: "floppy", path: "/" },
  // @ts-expect-error: values are strings
  { type: "disk", path: "/", size: 10 },
  // @ts-expect-error: a device needs a type
  { path: "/" },
];

export const instanceSources: InstanceSource[] = [
  {
    type: "image",
    alias: "debian/12",
    server: "https://images.example",
    protocol: "simplestreams",
  },
  { type: "copy", source: "web/daily" },
  { type: "none" },
  // @ts-expect-error: there is no source of that type
  { type: "tarball" },
  // @ts-expect-error: a copy needs the name of what it copies
  { type: "copy" },
  // @ts-expect-error: an image has no "source"
  { type: "image", source: "web" },
];

export const imageSources: ImageSource[] = [
  { type: "url", url: "https://images.example/debian" },
  { type: "instance", name: "web" },
  // @ts-expect-error: an address is needed
  { type: "url" },
  // @ts-expect-error: the name of the instance is needed
  { type: "instance" },
  // @ts-expect-error: an image of an instance has no "server"
  { type: "instance", name: "web", server: "https://images.example" },
];

export const network: NetworksPost = { name: "br0", config: { "ipv4.nat": "true" } };
// @ts-expect-error: values of the configuration are strings
export const wrongNetwork: NetworksPost = { name: "br0", config: { "ipv4.nat": true } };

export const pool: StoragePoolsPost = { name: "fast", driver: "btrfs" };
// @ts-expect-error: a pool needs a driver
export const wrongPool: StoragePoolsPost = { name: "fast" };
