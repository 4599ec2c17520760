import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ApiError, type Instance, TimeoutError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { makeContainer, sharedContainer, untilRuns } from "../kit/container.ts";

/** Runs a shell line to its end. */
function sh(instance: Instance, line: string) {
  return instance.exec(["sh", "-c", line]);
}

defineCase("A command gives its code and both outputs", async (context) => {
  const instance = await sharedContainer(context);
  const output = await sh(instance, "echo out; echo err >&2; exit 3");
  assertEquals(output.code, 3);
  assertEquals(output.success, false);
  assertEquals(output.signal, null);
  assertEquals(output.stdoutText, "out\n");
  assertEquals(output.stderrText, "err\n");
  assertEquals((await instance.exec(["true"])).success, true);
});

defineCase("Exit codes tell how a command ended", async (context) => {
  const instance = await sharedContainer(context);
  const codeOf = async (line: string) => {
    const { code, signal } = await sh(instance, line);
    return [code, signal];
  };
  assertEquals(await codeOf("exit 0"), [0, null]);
  assertEquals(await codeOf("exit 1"), [1, null]);
  assertEquals(await codeOf("exit 255"), [255, null]);
  assertEquals(await codeOf("kill -9 $$"), [137, "SIGKILL"]);
  assertEquals(await codeOf("kill -15 $$"), [143, "SIGTERM"]);
  assertEquals(await codeOf("kill -6 $$"), [134, "SIGABRT"]);
  assertEquals((await instance.exec(["no-such-command"])).code, 127);
  assertEquals((await instance.exec(["/etc/passwd"])).code, 126);
});

defineCase(
  "A command has the words, environment, user, group and folder it is told",
  async (context) => {
    const instance = await sharedContainer(context);
    const words = ["", " ", "a b", "$HOME", "'", '"', "é", "*", "-n"];
    assertEquals(
      (await instance.exec(["printf", "[%s]", ...words])).stdoutText,
      words.map((word) => `[${word}]`).join(""),
    );
    const output = await instance.exec(["sh", "-c", "id -u; id -g; pwd; echo $A; echo $B"], {
      environment: { A: "1 = 2\n3", B: "é" },
      user: 65534,
      group: 65534,
      cwd: "/tmp",
    });
    assertEquals(output.stdoutText, "65534\n65534\n/tmp\n1 = 2 3\né\n");
    assertEquals((await sh(instance, "id -u; pwd; echo $HOME")).stdoutText, "0\n/root\n/root\n");
  },
);

defineCase("A command reads bytes, text, a Blob or a stream", async (context) => {
  const instance = await sharedContainer(context);
  const bytes = new Uint8Array([0, 255, 10, 128, 13, 0]);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array([1]));
      controller.enqueue(new Uint8Array());
      controller.enqueue(new Uint8Array([2, 3]));
      controller.close();
    },
  });
  const back = async (stdin: Uint8Array | string | Blob | ReadableStream<Uint8Array>) =>
    (await instance.exec(["cat"], { stdin })).stdout;
  assertEquals(await back(bytes), bytes);
  assertEquals(await back("hé\n"), new TextEncoder().encode("hé\n"));
  assertEquals(await back(new Blob([bytes])), bytes);
  assertEquals(await back(stream), new Uint8Array([1, 2, 3]));
  assertEquals(await back(""), new Uint8Array());
  // Without any it sees the end at once.
  assertEquals((await instance.exec(["wc", "-c"])).stdoutText, "0\n");
});

defineCase("A source that breaks breaks the call, and ends the command", async (context) => {
  const instance = await sharedContainer(context);
  let pulls = 0;
  const stdin = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulls++ > 0) throw new RangeError("the source broke");
      controller.enqueue(new Uint8Array(10));
    },
  });
  await assertRejects(
    () => instance.exec(["sh", "-c", "cat; sleep 1000"], { stdin }),
    RangeError,
    "the source broke",
  );
});

defineCase("A command that does not read its input ends in its own time", async (context) => {
  const instance = await sharedContainer(context);
  const stdin = new Uint8Array(8 * 1024 * 1024);
  assertEquals((await instance.exec(["true"], { stdin })).code, 0);
  assertEquals((await sh(instance, "exec <&-; echo deaf")).stdoutText, "deaf\n");
  let cancelled: unknown = "not";
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
    cancel: (reason) => {
      cancelled = reason;
    },
  });
  const { stdout } = await instance.exec(["head", "-c", "5"], { stdin: endless });
  assertEquals(stdout.length, 5);
  assertEquals(cancelled, undefined);
});

defineCase("Output that is not UTF-8 comes as it is", async (context) => {
  const instance = await sharedContainer(context);
  const { stdout, stderr, stdoutText } = await sh(
    instance,
    String.raw`printf '\377\000\200ok'; printf '\300\001' >&2`,
  );
  assertEquals(stdout, new Uint8Array([255, 0, 128, 111, 107]));
  assertEquals(stderr, new Uint8Array([192, 1]));
  assertEquals(stdoutText, "\ufffd\0\ufffdok");
});

defineCase("Much output on both streams at once comes whole", async (context) => {
  const instance = await sharedContainer(context);
  const line = "yes out | head -c 3000000 & yes err | head -c 3000000 >&2; wait";
  const { stdoutText, stderrText } = await sh(instance, line);
  assertEquals(stdoutText === "out\n".repeat(750_000), true);
  assertEquals(stderrText === "err\n".repeat(750_000), true);
});

defineCase("What a child leaves behind does not keep a command from ending", async (context) => {
  const instance = await sharedContainer(context);
  const { code, stdoutText } = await sh(instance, "sleep 2 & echo started");
  assertEquals([code, stdoutText], [0, "started\n"]);
});

defineCase("An abort ends a command and its process", async (context) => {
  const instance = await sharedContainer(context);
  const stop = new AbortController();
  const reason = new RangeError("changed my mind");
  const running = instance.exec(["sleep", "1234"], { signal: stop.signal });
  await untilRuns(instance, "sleep 1234");
  stop.abort(reason);
  assertEquals(await assertRejects(() => running), reason);
  await untilRuns(instance, "sleep 1234", false);

  const before = await assertRejects(() => instance.exec(["true"], { signal: stop.signal }));
  assertEquals(before, reason);
});

defineCase("A timeout ends a command and its process", async (context) => {
  const instance = await sharedContainer(context);
  const error = await assertRejects(
    () => instance.exec(["sleep", "4321"], { timeout: 500 }),
    TimeoutError,
    `Cannot run "sleep" in instance "${instance.name}": no answer within 500 ms`,
  );
  assertEquals(error.timeout, 500);
  await untilRuns(instance, "sleep 4321", false);
});

defineCase("A command is refused where none can run", async (context) => {
  const instance = await makeContainer(context);
  await assertRejects(() => instance.exec(["true"]), ApiError, "not running");
  await assertRejects(() => instance.exec([]), TypeError, "a list of words");
  // deno-lint-ignore no-explicit-any
  await assertRejects(() => instance.exec("true" as any), TypeError, "a list of words");
  await assertRejects(
    () => context.client.instances.at(context.name("missing")).exec(["true"]),
    ApiError,
    "not found",
  );
  assertThrows(() => context.client.instances.at(".."), TypeError);
});

defineCase("Thirty-two commands at once lose nothing", async (context) => {
  const instance = await sharedContainer(context);
  const outputs = await Promise.all(
    Array.from(
      { length: 32 },
      (_, n) => sh(instance, `cat; echo out ${n}; echo err ${n} >&2; exit ${n}`),
    ),
  );
  outputs.forEach(({ code, stdoutText, stderrText }, n) => {
    assertEquals([code, stdoutText, stderrText], [n, `out ${n}\n`, `err ${n}\n`]);
  });
});

defineCase("Two hundred short commands one after another lose nothing", async (context) => {
  const instance = await sharedContainer(context);
  for (let n = 0; n < 200; n++) {
    const { code, stdoutText } = await instance.exec(["echo", String(n)]);
    assertEquals([code, stdoutText], [0, `${n}\n`]);
  }
});
