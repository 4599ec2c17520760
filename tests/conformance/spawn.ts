import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { InstanceProcess } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { sharedContainer, startContainer, untilRuns } from "../kit/container.ts";
import { readFilling } from "../kit/filling.ts";
import { gather } from "../kit/gather.ts";

/** Reads a stream up to the first text that has the pattern in it; gives all that was read. */
async function readUntil(stream: ReadableStream<Uint8Array>, pattern: RegExp): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!pattern.test(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot find ${pattern}: the output ended with ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text;
}

async function write(process: InstanceProcess, text: string): Promise<void> {
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}

/** A digest that does not depend on how bytes are cut into chunks. */
class Sum {
  #state = 0x811c9dc5;
  length = 0;

  add(bytes: Uint8Array): void {
    let state = this.#state;
    for (let i = 0; i < bytes.length; i++) state = Math.imul(state ^ bytes[i]!, 0x01000193);
    this.#state = state;
    this.length += bytes.length;
  }

  get value(): string {
    return `${this.length}:${this.#state >>> 0}`;
  }
}

defineCase("A process is spoken with line by line", async (context) => {
  const instance = await sharedContainer(context);
  await using process = await instance.spawn(["sh", "-c", "while read x; do echo got $x; done"]);
  await write(process, "one\n");
  assertEquals(await readUntil(process.stdout, /\n/), "got one\n");
  await write(process, "two\n");
  assertEquals(await readUntil(process.stdout, /\n/), "got two\n");
  await process.stdin.close();
  assertEquals(await gather(process.stdout), []);
  assertEquals(await process.status, { success: true, code: 0, signal: null });
});

defineCase("A process takes signals", async (context) => {
  const instance = await sharedContainer(context);
  const line =
    "trap 'echo hup' HUP; trap 'echo term; exit 5' TERM; echo up; while :; do sleep 0.1; done";
  await using process = await instance.spawn(["sh", "-c", line]);
  await readUntil(process.stdout, /up\n/);
  await process.kill("SIGHUP");
  await readUntil(process.stdout, /hup\n/);
  await process.kill();
  await readUntil(process.stdout, /term\n/);
  assertEquals((await process.status).code, 5);
  await assertRejects(() => process.kill(), TypeError, "it has ended");

  await using other = await instance.spawn(["sleep", "1000"]);
  await other.kill("SIGKILL");
  assertEquals(await other.status, { success: false, code: 137, signal: "SIGKILL" });
  // deno-lint-ignore no-explicit-any
  await assertRejects(() => other.kill("SIGNONE" as any), TypeError, "SIGNONE");
});

defineCase("A process has a terminal of the size that it is told", async (context) => {
  const instance = await sharedContainer(context);
  const tty = { columns: 81, rows: 25 };
  await using shell = await instance.spawn(["sh"], { tty, environment: { PS1: "$ " } });
  await write(shell, "stty size; echo $TERM; tty; echo err >&2\n");
  const text = await readUntil(shell.stdout, /err\r\n/);
  assertMatch(text, /25 81\r\n/);
  assertMatch(text, /xterm-256color\r\n/);
  assertMatch(text, /\/dev\/pts\/\d+\r\n/);
  await shell.resize({ columns: 132, rows: 50 });
  await write(
    shell,
    "while [ \"$(stty size)\" != '50 132' ]; do sleep 0.1; done; echo re''sized\n",
  );
  await readUntil(shell.stdout, /resized\r\n/);
  assertEquals(await gather(shell.stderr), []);
  await write(shell, "exit 7\n");
  for await (const _ of shell.stdout);
  assertEquals((await shell.status).code, 7);
});

defineCase("A terminal's end of input is a control character", async (context) => {
  const instance = await sharedContainer(context);
  await using cat = await instance.spawn(["cat"], { tty: { columns: 80, rows: 24 } });
  await write(cat, "hi\n\x04");
  for await (const _ of cat.stdout);
  assertEquals((await cat.status).code, 0);
});

defineCase("Disposing of a process kills it, with and without a terminal", async (context) => {
  const instance = await sharedContainer(context);
  for (const tty of [undefined, { columns: 80, rows: 24 }]) {
    const process = await instance.spawn(["sh", "-c", "echo up; exec sleep 2345"], { tty });
    await readUntil(process.stdout, /up/);
    await process[Symbol.asyncDispose]();
    await assertRejects(() => process.status, DOMException, "was disposed of");
    await untilRuns(instance, "sleep 2345", false);
  }
});

defineCase("Once disposed of, a process has ended for the server, too", async (context) => {
  const instance = await startContainer(context);
  const { operations } = context.client;
  for (const tty of [undefined, { columns: 80, rows: 24 }]) {
    for (const aborted of [false, true, false]) {
      const stop = new AbortController();
      const process = await instance.spawn(["sleep", "4567"], { tty, signal: stop.signal });
      if (aborted) stop.abort();
      await process[Symbol.asyncDispose]();
      const running = (await operations.list()).filter(({ ended, data }) =>
        !ended && JSON.stringify(data.resources).includes(instance.name)
      );
      assertEquals(running.map(({ data }) => data.description), []);
    }
  }
});

defineCase("An abort ends the streams of a process with its reason", async (context) => {
  const instance = await sharedContainer(context);
  const stop = new AbortController();
  const process = await instance.spawn(["sh", "-c", "echo up; exec sleep 3456"], {
    signal: stop.signal,
  });
  await readUntil(process.stdout, /up/);
  const reading = gather(process.stdout);
  const reason = new RangeError("enough");
  stop.abort(reason);
  assertEquals(await assertRejects(() => reading), reason);
  assertEquals(await assertRejects(() => process.status), reason);
  assertEquals(await assertRejects(() => gather(process.stderr)), reason);
  await untilRuns(instance, "sleep 3456", false);
});

defineCase("The output of a process fills the buffer of its reader", async (context) => {
  const instance = await sharedContainer(context);
  const command = ["sh", "-c", "seq 1 200000; seq 1 200000 >&2"];
  await using process = await instance.spawn(command);
  const [whole, sum] = [new Sum(), new Sum()];
  whole.add(
    new TextEncoder().encode(Array.from({ length: 200_000 }, (_, i) => `${i + 1}\n`).join("")),
  );
  const stderr = gather(process.stderr);
  if (!await readFilling(process.stdout, 50_000, (bytes) => sum.add(bytes))) {
    // Where the platform reads the WebSocket, output comes in messages.
    for (const piece of await gather(process.stdout)) sum.add(piece);
  }
  assertEquals(sum.value, whole.value);
  assertEquals((await stderr).reduce((size, piece) => size + piece.length, 0), whole.length);
  assert((await process.status).success);
});

defineCase("A process goes on when its output is cancelled", async (context) => {
  const instance = await sharedContainer(context);
  const line = "yes | head -c 4000000; echo done >&2; exit 4";
  await using process = await instance.spawn(["sh", "-c", line]);
  const reader = process.stdout.getReader();
  assert((await reader.read()).value!.length > 0);
  await reader.cancel();
  assertEquals(await readUntil(process.stderr, /done\n/), "done\n");
  assertEquals((await process.status).code, 4);
});

defineCase("A process has ended before its output is read", async (context) => {
  const instance = await sharedContainer(context);
  await using process = await instance.spawn(["sh", "-c", "echo last; echo words >&2"]);
  await process.stdin.close();
  assertEquals((await process.status).code, 0);
  assertEquals(await readUntil(process.stdout, /\n/), "last\n");
  assertEquals(await readUntil(process.stderr, /\n/), "words\n");
});

defineCase("Output waits in the instance until it is read", async (context) => {
  const instance = await sharedContainer(context);
  const line = "rm -f /tmp/written; yes | head -c 20000000; echo written > /tmp/written";
  await using process = await instance.spawn(["sh", "-c", line]);
  const reader = process.stdout.getReader();
  let length = (await reader.read()).value!.length;
  assertEquals((await instance.exec(["test", "-e", "/tmp/written"])).code, 1);
  for (let it = await reader.read(); !it.done; it = await reader.read()) length += it.value.length;
  assertEquals(length, 20_000_000);
  assertEquals((await process.status).code, 0);
});

defineCase("200 MB go through a process byte for byte", async (context) => {
  const instance = await sharedContainer(context);
  const total = 200_000_000;
  const block = crypto.getRandomValues(new Uint8Array(65_521));
  const sent = new Sum();
  const received = new Sum();
  await using process = await instance.spawn(["cat"]);
  const feed = async () => {
    const writer = process.stdin.getWriter();
    while (sent.length < total) {
      const piece = block.subarray(0, Math.min(block.length, total - sent.length));
      sent.add(piece);
      await writer.write(piece);
    }
    await writer.close();
  };
  const drain = async () => {
    for await (const chunk of process.stdout) received.add(chunk);
  };
  const [status] = await Promise.all([process.status, feed(), drain()]);
  assertEquals(status.code, 0);
  assertEquals(received.length, total);
  assertEquals(received.value, sent.value);
});
