/** What a page does with a server, told line by line in the page itself. */
/// <reference lib="dom" />
import { connect, type InstanceConfig, PreconditionFailedError } from "../../mod.ts";

/** Does everything with an instance at a server, and tells of it. */
export async function travel(url: string, name: string): Promise<void> {
  const tell = (line: unknown) => document.body.append(`${line}`, document.createElement("br"));
  document.body.style.font = "15px monospace";
  await using client = await connect({ url });
  tell(`${client.dialect}, trusted: ${client.server.trusted}`);
  tell(`instances: ${(await client.instances.names()).join()}`);

  await using events = client.events({ types: ["lifecycle"] });
  await events.opened;
  const instance = await client.instances.get(name);

  await using shell = await instance.spawn(["sh"], { tty: { columns: 91, rows: 23 } });
  const keys = shell.stdin.getWriter();
  // LXD 5.0 loses the last output of a terminal whose process ends with it.
  await keys.write(new TextEncoder().encode("stty size; tty; sleep 0.2; exit 7\n"));
  const output = await new Response(shell.stdout).text();
  tell(`terminal: ${/^\d+ \d+/m.exec(output)?.[0]}, ${/^\/dev\/pts/m.exec(output)?.[0]}`);
  tell(`exit code: ${(await shell.status).code}`);

  const file = new File([new Uint8Array(8_000_000).fill(97)], "large");
  const sent: number[] = [];
  await instance.files.write("/root/large", file, { onProgress: (it) => sent.push(it.bytes!) });
  const { stdoutText } = await instance.exec(["sh", "-c", "tr -d a < /root/large | wc -c"]);
  tell(`uploaded: ${sent.at(-1)} bytes, others than sent: ${stdoutText.trim()}`);
  const read: number[] = [];
  const back = await instance.files.read("/root/large", {
    onProgress: (it) => read.push(it.bytes!),
  });
  tell(
    `downloaded: ${read.at(-1)} bytes, ${back.every((it) => it === 97) ? "the same" : "others"}`,
  );
  const linked = await fetch(instance.files.url("/root/large"));
  tell(`by its URL: ${(await linked.blob()).size} bytes`);

  const other = await client.instances.get(name);
  const note = (it: { config?: InstanceConfig }, text: string) => {
    it.config = { ...it.config, "user.note": text };
  };
  await other.edit((it) => note(it, "by another"));
  note(instance.data, "by me");
  const refused = await instance.save().catch((error: unknown) => error);
  tell(`stale save: ${refused instanceof PreconditionFailedError ? refused.status : refused}`);
  await instance.edit((it) => note(it, `${it.config["user.note"]}, then by me`));
  tell(`edited: ${instance.data.config?.["user.note"]}`);

  for await (const event of events) {
    if (event.type !== "lifecycle" || event.metadata.action !== "instance-updated") continue;
    tell(`event: ${event.metadata.action}`);
    break;
  }
}
