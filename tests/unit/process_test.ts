/** How a command ends when its connections end in every order and manner. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ApiError,
  connect,
  ConnectionError,
  type ExecOptions,
  type InstanceProcess,
  OperationError,
  ProtocolError,
  type SpawnOptions,
  TruncatedError,
} from "../../mod.ts";
// Loaded with the first command, for which nothing here waits.
import "../../src/resources/instances/process_start.ts";
import type { FakeChannel } from "../kit/fake_channel.ts";
import { FakeClock } from "../kit/fake_clock.ts";
import {
  background,
  failed,
  type FakeAnswer,
  FakeConnector,
  never,
  operationData,
  refusal,
  succeeded,
  sync,
} from "../kit/fake_connector.ts";

const OPERATION = "/1.0/operations/0b1c";
const EXEC = "POST /1.0/instances/web/exec";

type Fd = "0" | "1" | "2" | "control";

const bytes = (text: string) => new TextEncoder().encode(text);

function refused(status: number, serverMessage: string): ApiError {
  return ApiError.of({ status, method: "GET", path: `${OPERATION}/websocket`, serverMessage });
}

/** The server's side of one command: its channels, and the end of its operation. */
class Server {
  readonly fake: FakeConnector = new FakeConnector();
  readonly channels: Partial<Record<Fd, FakeChannel>> = {};
  readonly #ended = Promise.withResolvers<FakeAnswer>();

  constructor(fds: readonly Fd[] = ["0", "1", "2", "control"]) {
    const secrets = Object.fromEntries(fds.map((fd) => [fd, `secret-${fd}`]));
    const operation = operationData({
      class: "websocket",
      description: "Executing command",
      metadata: { fds: secrets, command: ["it"] },
    });
    this.fake
      .on(EXEC, background(operation))
      .on(`GET ${OPERATION}/wait`, () => this.#ended.promise)
      .on(`DELETE ${OPERATION}`, sync());
    for (const fd of fds) {
      this.fake.onChannel(this.path(fd), (channel) => {
        this.channels[fd] = channel;
        // It kills a command whose control connection ends.
        if (fd === "control") channel.closed.then(() => channel.closedByClient && this.exit(137));
      });
    }
  }

  path(fd: Fd): string {
    return `${OPERATION}/websocket?secret=secret-${fd}`;
  }

  /** Ends the operation as a command of this code does. */
  exit(code: number): void {
    this.end(sync(succeeded({ metadata: { return: code } })));
  }

  end(answer: FakeAnswer): void {
    this.#ended.resolve(answer);
  }

  /** Does what a server does when a command has ended: ends its outputs and hangs up. */
  finish(code: number): void {
    const { "0": stdin, "1": stdout, "2": stderr, control } = this.channels;
    control!.end();
    stdout?.send("");
    stderr?.send("");
    this.exit(code);
    for (const channel of [stdin, stdout, stderr]) channel?.end();
  }

  async exec(options?: ExecOptions) {
    const client = await connect({ connector: this.fake });
    return client.instances.at("web").exec(["it"], options);
  }

  async spawn(options?: SpawnOptions): Promise<InstanceProcess> {
    const client = await connect({ connector: this.fake });
    return await client.instances.at("web").spawn(["it"], options);
  }
}

/** Lets all that is ready happen. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text();
}

Deno.test("a command that ends as it should gives all that it wrote", async () => {
  const server = new Server();
  const running = server.exec({ stdin: "in", environment: { A: "1" }, user: 7, cwd: "/x" });
  await settled();
  const { "0": stdin, "1": stdout, "2": stderr, control } = server.channels;
  assertEquals(await stdin!.receive(2), [bytes("in"), ""]);
  stdout!.send(bytes("out "));
  stdout!.send(new Uint8Array());
  stderr!.send(bytes("err"));
  stdout!.send(bytes("more"));
  server.finish(3);
  const { code, stdoutText, stderrText } = await running;
  assertEquals([code, stdoutText, stderrText], [3, "out more", "err"]);
  assertEquals(stdout!.received.concat(stderr!.received, control!.received), []);
  assertEquals(server.fake.sent(EXEC)[0]!.json, {
    command: ["it"],
    environment: { A: "1" },
    user: 7,
    cwd: "/x",
    "wait-for-websocket": true,
    interactive: false,
  });
});

Deno.test("the input is opened last, when the others stand", async () => {
  const server = new Server();
  const waiting: [string, () => void][] = [];
  const dial = server.fake.webSocket.bind(server.fake);
  server.fake.webSocket = async (path, options) => {
    await new Promise<void>((resolve) => waiting.push([path, resolve]));
    return await dial(path, options);
  };
  const starting = server.spawn();
  await settled();
  assertEquals(
    waiting.map(([path]) => path),
    (["1", "2", "control"] as const).map((fd) => server.path(fd)),
  );
  for (const [, go] of waiting.splice(0)) go();
  await settled();
  assertEquals(waiting.map(([path]) => path), [server.path("0")]);
  for (const [, go] of waiting) go();
  server.exit(0);
  await (await starting).status;
});

Deno.test("a connection that is cut before the end of output is never a short success", async () => {
  using clock = new FakeClock();
  for (const fd of ["1", "2"] as const) {
    const server = new Server();
    const running = assertRejects(() => server.exec(), TruncatedError);
    await clock.settle();
    server.channels[fd]!.send(bytes("half"));
    server.channels[fd]!.end(1006);
    await clock.pass(1000);
    const error = await running;
    assertEquals(
      error.message,
      'Cannot read the whole output of command "it": the connection ended before it did',
    );
  }
  assertEquals(clock.timers, 0);
});

Deno.test("output that was cut is no success even where the exit code is 0", async () => {
  const server = new Server();
  const running = assertRejects(() => server.exec(), TruncatedError);
  await settled();
  server.channels["1"]!.end(1006);
  server.channels["2"]!.send("");
  server.exit(0);
  await running;
});

Deno.test("a close frame of 1000 is an end of output, too", async () => {
  const server = new Server();
  const running = server.exec();
  await settled();
  server.channels["1"]!.send(bytes("all"));
  server.channels["1"]!.end(1000);
  server.channels["2"]!.end(1000);
  server.exit(0);
  assertEquals((await running).stdoutText, "all");
});

Deno.test("a connection that is cut after the end of output is no error", async () => {
  const server = new Server();
  const running = server.exec();
  await settled();
  server.channels["1"]!.send(bytes("all"));
  for (const fd of ["1", "2"] as const) {
    server.channels[fd]!.send("");
    server.channels[fd]!.end(1006);
  }
  server.exit(0);
  assertEquals((await running).stdoutText, "all");
});

Deno.test("output that comes after the operation ended is waited for", async () => {
  const server = new Server();
  const running = server.exec();
  await settled();
  server.channels.control!.end();
  server.exit(0);
  await settled();
  server.channels["1"]!.send(bytes("late"));
  server.channels["1"]!.send("");
  server.channels["2"]!.send("");
  assertEquals((await running).stdoutText, "late");
});

Deno.test("the end of the control connection is not the end of the command", async () => {
  const server = new Server();
  const process = await server.spawn();
  server.channels.control!.end();
  await settled();
  server.channels["1"]!.send(bytes("still here"));
  server.finish(0);
  assertEquals(await textOf(process.stdout), "still here");
  assertEquals((await process.status).code, 0);
});

Deno.test("a control connection that is refused ends the others", async () => {
  using clock = new FakeClock();
  const server = new Server();
  server.fake.onChannel(server.path("control"), refused(403, "Requestor mismatch"));
  const starting = assertRejects(() => server.spawn(), ApiError, "Requestor mismatch");
  await clock.pass(1000);
  await starting;
  assertEquals(Object.keys(server.channels), ["1", "2"]);
  for (const channel of Object.values(server.channels)) assert(channel.closedByClient);
  assertEquals(server.fake.sent(`DELETE ${OPERATION}`).length, 1);
});

Deno.test("an output that cannot be opened ends the others and the operation", async () => {
  const server = new Server();
  const error = new ConnectionError("gone", { reason: "lost", address: "fake:" });
  server.fake.onChannel(server.path("1"), error);
  assertEquals(await assertRejects(() => server.spawn()), error);
  for (const channel of Object.values(server.channels)) assert(channel.closedByClient);
  assertEquals(server.fake.sent(`DELETE ${OPERATION}`).length, 1);
});

Deno.test("an operation that failed before it was connected to says why", async () => {
  const server = new Server();
  for (const fd of ["0", "1", "2", "control"] as const) {
    server.fake.onChannel(server.path(fd), refused(404, "Operation not found"));
  }
  server.end(sync(failed("Timed out waiting for websockets to connect")));
  const error = await assertRejects(() => server.exec(), OperationError);
  assertEquals(error.operation.err, "Timed out waiting for websockets to connect");
});

Deno.test("a command that cannot be run has an exit code all the same", async () => {
  for (const code of [126, 127]) {
    const server = new Server();
    const running = server.exec();
    await settled();
    server.channels["1"]!.send("");
    server.channels["2"]!.send("");
    server.end(sync(failed("Command not found", { metadata: { return: code } })));
    assertEquals((await running).code, code);
  }
});

Deno.test("a failure of the server is told in place of the output that it cut", async () => {
  const server = new Server();
  const running = assertRejects(() => server.exec(), OperationError, "Container is gone");
  await settled();
  for (const channel of Object.values(server.channels)) channel.end(1006);
  server.end(sync(failed("Container is gone")));
  assertEquals((await running).outcome, "failure");
});

Deno.test("an operation without an exit code is an answer that nobody knows", async () => {
  const server = new Server();
  const process = await server.spawn();
  server.end(sync(succeeded({ metadata: {} })));
  await assertRejects(() => process.status, ProtocolError, "no exit code");
});

Deno.test("a server that makes no operation of a command is told of", async () => {
  const server = new Server();
  server.fake.on(EXEC, sync());
  await assertRejects(() => server.exec(), ProtocolError, "no operation");
});

Deno.test("signals and sizes go over the control connection", async () => {
  const server = new Server(["0", "control"]);
  const process = await server.spawn({ tty: { columns: 80, rows: 24 } });
  await Promise.all([process.resize({ columns: 100, rows: 30 }), process.kill("SIGINT")]);
  const messages = await server.channels.control!.receive(2);
  assertEquals(messages.map((text) => JSON.parse(text as string)), [
    { command: "window-resize", args: { width: "100", height: "30" } },
    { command: "signal", signal: 2 },
  ]);
  const { json } = server.fake.sent(EXEC)[0]!;
  assertEquals([json.interactive, json.width, json.height], [true, 80, 24]);
  assertEquals(json.environment, { TERM: "xterm-256color" });
  // deno-lint-ignore no-explicit-any
  for (const name of ["SIGNONE", "toString", ""] as any[]) {
    await assertRejects(() => process.kill(name), TypeError, "it is no signal");
  }
  server.exit(130);
  assertEquals(await process.status, { success: false, code: 130, signal: "SIGINT" });
  await assertRejects(() => process.resize({ columns: 1, rows: 1 }), TypeError, "it has ended");
});

Deno.test("a terminal is hung up after its output, as the server waits for it", async () => {
  const server = new Server(["0", "control"]);
  const process = await server.spawn({ tty: { columns: 80, rows: 24 } });
  server.channels["0"]!.send(bytes("$ "));
  server.channels["0"]!.send("");
  assertEquals(await textOf(process.stdout), "$ ");
  assert(server.channels["0"]!.closedByClient);
  assertEquals(await textOf(process.stderr), "");
  server.exit(0);
  assertEquals((await process.status).code, 0);
});

Deno.test("input is sent as binary, and ends once with a text", async () => {
  const server = new Server();
  const process = await server.spawn();
  const writer = process.stdin.getWriter();
  await writer.write(bytes("a"));
  await writer.write(new Uint8Array());
  await writer.write(new Uint8Array(150_000));
  await writer.close();
  const sent = await server.channels["0"]!.receive(5);
  assertEquals(sent.map((it) => typeof it === "string" ? "end" : it.length), [
    1,
    65_536,
    65_536,
    18_928,
    "end",
  ]);
  server.finish(0);
  await process.status;
});

Deno.test("input that the command takes no more of is told to who writes it", async () => {
  const server = new Server();
  const process = await server.spawn();
  server.channels["0"]!.end();
  const writer = process.stdin.getWriter();
  await assertRejects(() => writer.write(bytes("x")), TruncatedError, "it takes no more");
  server.finish(0);
  assertEquals((await process.status).code, 0);
});

Deno.test("a dispose hangs up and leaves nothing", async () => {
  const server = new Server();
  const process = await server.spawn();
  await process[Symbol.asyncDispose]();
  for (const channel of Object.values(server.channels)) assert(channel.closedByClient);
  const error = await assertRejects(() => process.status, DOMException);
  assertEquals(error.name, "AbortError");
  await process[Symbol.asyncDispose]();
});

Deno.test("a dispose waits a second for a server that does not tell the end", async () => {
  using clock = new FakeClock();
  const server = new Server();
  const process = await server.spawn();
  server.fake.on(`GET ${OPERATION}/wait`, never);
  let disposed = false;
  const disposing = process[Symbol.asyncDispose]().then(() => disposed = true);
  await clock.pass(999);
  assertEquals(disposed, false);
  await clock.pass(1);
  await disposing;
  assertEquals(clock.timers, 0);
});

Deno.test("a terminal is left after its control connection", async () => {
  using clock = new FakeClock();
  const server = new Server(["0", "control"]);
  const process = await server.spawn({ tty: { columns: 80, rows: 24 } });
  const disposing = process[Symbol.asyncDispose]();
  const closed = () =>
    [server.channels.control!, server.channels["0"]!].map((it) => it.closedByClient);
  await clock.pass(49);
  assertEquals(closed(), [true, false]);
  await clock.pass(1);
  await disposing;
  assertEquals(closed(), [true, true]);
  assertEquals(clock.timers, 0);
});

Deno.test("an abort while the sockets are opened ends them", async () => {
  const server = new Server();
  const stop = new AbortController();
  server.fake.onChannel(server.path("2"), () => stop.abort("enough"));
  const caught = await server.spawn({ signal: stop.signal }).then(
    () => "started",
    (error) => error,
  );
  if (caught !== "enough") throw caught;
  for (const channel of server.fake.channels) assert(channel.closedByClient);
  assertEquals(server.fake.sent(`DELETE ${OPERATION}`).length, 1);
});

Deno.test("a timeout of a spawn is for its start alone", async () => {
  using clock = new FakeClock();
  const server = new Server();
  const process = await server.spawn({ timeout: 100 });
  await clock.pass(60_000);
  server.finish(0);
  assertEquals((await process.status).code, 0);

  const slow = new Server();
  slow.fake.on(EXEC, never);
  const late = assertRejects(() => slow.spawn({ timeout: 100 }), Error, "within 100 ms");
  await clock.pass(100);
  await late;
});

Deno.test("a daemon that was restarted leaves the result unknown", async () => {
  using clock = new FakeClock();
  const server = new Server();
  server.fake.on(`GET ${OPERATION}`, refusal(404, "not found"));
  const process = await server.spawn();
  const output = assertRejects(() => textOf(process.stdout), TruncatedError);
  for (const channel of Object.values(server.channels)) channel.end(1006);
  server.end(refusal(404, "not found"));
  await clock.pass(2000);
  await output;
  const error = await assertRejects(() => process.status, OperationError);
  assertEquals(error.outcome, "unknown");
  assertEquals(clock.timers, 0);
});

Deno.test("a command whose input is cut off is no success, whatever it returns", async () => {
  const server = new Server();
  const running = server.exec({ stdin: "half of what it was to read" });
  await settled();
  const { "0": stdin, "1": stdout, control } = server.channels;
  await stdin!.receive(2);
  stdin!.end();
  await assertRejects(() => running, TruncatedError, "Cannot write the whole input");
  assert(control!.closedByClient);
  stdout!.send("");
  server.finish(0);
});

Deno.test("a command without input loses nothing with the connection of it", async () => {
  const server = new Server();
  const running = server.exec();
  await settled();
  server.channels["0"]!.end();
  await settled();
  server.finish(0);
  assertEquals((await running).code, 0);
});

Deno.test("a command may end before it has read its input, in any order of its connections", async () => {
  for (const order of [["control", "0"], ["0", "control"]] as const) {
    const server = new Server();
    const running = server.exec({ stdin: "more than it reads" });
    await settled();
    for (const fd of order) server.channels[fd]!.end();
    server.finish(0);
    assertEquals((await running).code, 0);
  }
});

Deno.test("an output without end can be left", async () => {
  const server = new Server();
  await using process = await server.spawn();
  server.channels["1"]!.send(bytes("first"));
  for await (const chunk of process.stdout) {
    assertEquals(chunk, bytes("first"));
    break;
  }
  server.finish(0);
  assertEquals((await process.status).code, 0);
});
