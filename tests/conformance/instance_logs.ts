import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiError, type Download, NotFoundError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer, startContainer } from "../kit/container.ts";

async function textOf(download: Promise<Download>): Promise<string> {
  return await new Response((await download).readable).text();
}

defineCase("Logs are listed and read", async (context) => {
  const { logs } = await startContainer(context);
  assert((await logs.names()).includes("lxc.log"));
  const { size, readable } = await logs.open("lxc.log");
  await readable.cancel();
  assert(size !== null);
  assertEquals(typeof await logs.readText("lxc.log"), "string");
  await assertRejects(() => logs.readText("lxc.nothing"), ApiError);
  await assertRejects(() => logs.delete("lxc.log"), ApiError, "deleted");
  await assertRejects(() => logs.readText("../lxc.log"), ApiError);
});

defineCase("A command's output is kept by the server until it is deleted", async (context) => {
  const instance = await startContainer(context);
  const script = 'echo "$WORD"; echo err >&2; exit 3';
  const done = await instance.record(["sh", "-c", script], { environment: { WORD: "out" } });
  assertEquals([done.success, done.code, done.signal], [false, 3, null]);
  assertEquals(await textOf(done.stdout()), "out\n");
  assertEquals(await textOf(done.stderr()), "err\n");
  const kept = context.server.kind === "lxd" ? instance.logs : instance.execOutput;
  const names = (await kept.names()).filter((it) => it.startsWith("exec_"));
  assertEquals(names.length, 2);
  const stdout = names.find((it) => it.endsWith(".stdout"))!;
  assertEquals(await kept.readText(stdout), "out\n");
  await done.delete();
  assertEquals((await kept.names()).filter((it) => it.startsWith("exec_")), []);
  await assertRejects(() => done.stdout(), ApiError);
  const again = await instance.record(["true"]);
  for (const name of await kept.names()) if (name.startsWith("exec_")) await kept.delete(name);
  assertEquals(again.success, true);
  await assertRejects(() => again.stdout(), ApiError);
});

defineCase("A command that cannot be run has an exit code, too", async (context) => {
  const instance = await startContainer(context);
  const done = await instance.record(["/no/such/command"]);
  assertEquals(done.code, 127);
});

defineCase("Output of commands has a place of its own on newer servers", async (context) => {
  const { client, server, name } = context;
  const { execOutput } = await makeContainer(context);
  // LXD 5.0 takes the place for the name of a log.
  if (server.kind === "lxd") await assertRejects(() => execOutput.names(), ApiError, "not valid");
  else assertEquals(await execOutput.names(), []);
  const missing = client.instances.at(name("missing"));
  await assertRejects(() => missing.logs.names(), ApiError);
  if (server.kind !== "lxd") {
    await assertRejects(() => missing.execOutput.names(), NotFoundError);
  }
});

defineCase("What was written on the console is read and cleared", async (context) => {
  const instance = await startContainer(context);
  await instance.exec(["sh", "-c", "echo said on the console > /dev/console"]);
  let log = "";
  // It comes to the log by a process of its own; LXD 5.0 refuses to read an empty one.
  for (let tries = 1000; tries > 0 && !log.includes("said on the console"); tries--) {
    log = await instance.consoleLog.readText().catch(() => "");
  }
  assertStringIncludes(log, "said on the console");
  await instance.consoleLog.clear();
  if (context.server.kind === "lxd") {
    await assertRejects(() => instance.consoleLog.readText(), ApiError);
  } else {
    assertEquals(await instance.consoleLog.readText(), "");
  }
});
