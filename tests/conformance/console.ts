import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiError, type InstanceConsole, TruncatedError, UnsupportedError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { startContainer } from "../kit/container.ts";

/** A command that goes on writing: a console shows nothing of what came before it was attached. */
const speaking = (text: string) => [
  "sh",
  "-c",
  `while :; do echo ${text} > /dev/console; sleep 0.1; done`,
];

/** Reads until the text has come; keeps the stream for more. */
async function readUntil({ readable }: InstanceConsole, text: string): Promise<void> {
  const reader = readable.getReader();
  const decoder = new TextDecoder();
  let seen = "";
  while (!seen.includes(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot see "${text}": the console ended with ${seen}`);
    seen += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
}

defineCase("A console shows what is written on it, and is left again", async (context) => {
  const instance = await startContainer(context);
  let speaker = await instance.spawn(speaking("hello from inside"));
  try {
    for (let tries = 1;; tries++) {
      const terminal = await instance.console({ tty: { columns: 80, rows: 24 } });
      await readUntil(terminal, "hello from inside");
      await terminal.resize({ columns: 100, rows: 30 });
      await terminal.detach();
      await terminal.ended;
      for await (const _ of terminal.readable) { /* ends */ }
      await assertRejects(() => terminal.resize({ columns: 1, rows: 1 }), TruncatedError);
      const { status } = (await instance.refresh()).data;
      if (status === "Running") break;
      // Incus types a reset as it drops whoever leaves, and liblxc kills the container where both come
      // in one round of its loop: about once in 300 times.
      assert(context.server.kind === "incus" && tries < 3, `It is ${status}`);
      await instance.start();
      speaker = await instance.spawn(speaking("hello from inside"));
    }
    await using again = await instance.console();
    await readUntil(again, "hello from inside");
  } finally {
    await speaker[Symbol.asyncDispose]();
  }
});

defineCase("What is typed at a console arrives inside", async (context) => {
  const instance = await startContainer(context);
  const script =
    "exec <> /dev/console; until echo ready >&0; read -t 1 line; do :; done; echo got $line";
  await using terminal = await instance.console();
  await using reading = await instance.spawn(["sh", "-c", script]);
  await readUntil(terminal, "ready");
  const writer = terminal.writable.getWriter();
  await writer.write(new TextEncoder().encode("typed\r"));
  assertEquals((await new Response(reading.stdout).text()).trim(), "got typed");
  writer.releaseLock();
});

defineCase("A console ends with its instance", async (context) => {
  const instance = await startContainer(context);
  await using terminal = await instance.console();
  await instance.stop({ force: true });
  for await (const _ of terminal.readable) { /* ends */ }
  await terminal.ended;
});

defineCase("An aborted console is left", async (context) => {
  const instance = await startContainer(context);
  const stop = new AbortController();
  const terminal = await instance.console({ signal: stop.signal });
  const reason = new RangeError("enough");
  stop.abort(reason);
  assertEquals(await assertRejects(() => terminal.ended), reason);
  const error = await assertRejects(async () => {
    for await (const _ of terminal.readable) { /* ends */ }
  });
  assertEquals(error, reason);
});

defineCase("A console in use is taken over by force alone", async (context) => {
  const { server } = context;
  const instance = await startContainer(context);
  await using terminal = await instance.console();
  if (server.extensions.has("console_force")) {
    await assertRejects(() => instance.console(), ApiError, "already connected");
    await using _ = await instance.console({ force: true });
    for await (const _ of terminal.readable) { /* the first one ends */ }
    await terminal.ended;
  } else {
    await assertRejects(() => instance.console({ force: true }), UnsupportedError, "console_force");
  }
});

defineCase("A stopped instance has no console", async (context) => {
  const instance = await startContainer(context);
  await instance.stop({ force: true });
  await assertRejects(() => instance.console(), ApiError);
});
