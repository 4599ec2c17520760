/** The exact types of what the main calls give. Checked by the compiler, never run. */
import type {
  Client,
  CommandOutput,
  Image,
  Instance,
  InstanceDetails,
  InstanceProcess,
  InstanceSnapshot,
  InstanceState,
  Metric,
  Network,
  NetworkLease,
  Operation,
  Profile,
  ProfileData,
  Project,
  ServerData,
  StoragePool,
  StorageVolume,
  Task,
} from "../../mod.ts";
import { expectType } from "./equals.ts";

export function helper(): void {
  // @ts-expect-error: another type
  expectType<string>()(7);
  // @ts-expect-error: less than what it is
  expectType<string | number>()("text" as string);
  // @ts-expect-error: anything is not what is expected
  expectType<string>()(JSON.parse("1"));
}

export async function collections(client: Client): Promise<void> {
  expectType<Instance[]>()(await client.instances.list());
  expectType<string[]>()(await client.instances.names());
  expectType<Instance>()(await client.instances.get("web"));
  expectType<Instance>()(client.instances.at("web"));
  expectType<boolean>()(await client.instances.exists("web"));
  expectType<Instance>()(await client.containers.get("web"));
  expectType<Profile[]>()(await client.profiles.list());
  expectType<Project>()(await client.projects.get("ci"));
  expectType<Image>()(await client.images.getByAlias("debian/12"));
  expectType<Network>()(client.networks.at("br0"));
  expectType<StoragePool>()(client.storagePools.at("default"));
  expectType<StorageVolume>()(client.storagePools.at("default").volumes.at("custom", "db"));
  expectType<Client>()(client.project("ci").target("node1"));
}

export async function mutations(client: Client, instance: Instance): Promise<void> {
  const source = { type: "image", alias: "debian/12" } as const;
  const creating = client.instances.create({ name: "web", source });
  expectType<Task<Instance>>()(creating);
  expectType<Promise<Operation | undefined>>()(creating.accepted);
  expectType<Operation | undefined>()(await creating.detach());
  expectType<Instance>()(await creating);
  expectType<Instance>()(await instance.start());
  expectType<Instance>()(await instance.rename("db"));
  expectType<Instance>()(await instance.edit(() => {}));
  expectType<void>()(await instance.delete());
  expectType<Image>()(await instance.publish());
  expectType<InstanceSnapshot>()(await instance.snapshots.create());
  expectType<Profile>()(await client.profiles.create({ name: "small" }));
}

export async function reading(client: Client, instance: Instance): Promise<void> {
  expectType<InstanceDetails>()(instance.data);
  expectType<InstanceState>()(await instance.state());
  expectType<ServerData>()(client.server.data);
  expectType<ProfileData>()((await client.profiles.get("default")).data);
  expectType<NetworkLease[]>()(await client.networks.at("br0").leases());
  expectType<Metric[]>()(await client.server.metrics());
  expectType<"lxd" | "incus">()(client.dialect);
  expectType<Uint8Array<ArrayBuffer>>()(await instance.files.read("/etc/motd"));
  expectType<string>()(await instance.files.readText("/etc/motd"));
}

export async function running(instance: Instance): Promise<void> {
  const output = await instance.exec(["true"]);
  expectType<CommandOutput>()(output);
  expectType<number>()(output.code);
  expectType<string>()(output.stdoutText);
  const process = await instance.spawn(["sh"], { tty: { columns: 80, rows: 24 } });
  expectType<InstanceProcess>()(process);
  expectType<ReadableStream<Uint8Array<ArrayBuffer>>>()(process.stdout);
}

export async function watching(client: Client): Promise<void> {
  for await (const event of client.events({ types: ["lifecycle"] })) {
    if (event.type === "lifecycle") expectType<string>()(event.metadata.action);
    if (event.type === "gap") expectType<"reconnected" | "overflow">()(event.reason);
    if (event.type === "operation") expectType<string>()(event.metadata.id);
  }
}
