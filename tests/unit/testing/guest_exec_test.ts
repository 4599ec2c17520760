import { assert, assertEquals, assertMatch } from "@std/assert";
import type { InstanceExecPost } from "../../../mod.ts";
import { systemClock, VirtualClock } from "../../../src/testing/simulator/clock.ts";
import { Guest, type GuestOptions } from "../../../src/testing/simulator/guest/guest.ts";
import { type ClientSocket, socketPair } from "../../../src/testing/simulator/guest/socket_pair.ts";
import { readOutput, runCommand, sendInput, startCommand } from "../../kit/guest.ts";

/** Lets everything run that can. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

/** A running guest for one test; whatever runs in it ends with the test. */
function startGuest(options: Partial<GuestOptions> = {}): Guest & AsyncDisposable {
  const guest = new Guest({ clock: new VirtualClock(), hostname: "box", ...options });
  guest.start();
  return Object.assign(guest, {
    async [Symbol.asyncDispose]() {
      guest.stop();
      await turn();
    },
  });
}

/** Reads a WebSocket up to a pattern. */
async function readUntil(socket: ClientSocket, pattern: RegExp): Promise<string> {
  const reader = socket.readable.getReader();
  let text = "";
  while (!pattern.test(text)) {
    const { done, value } = await reader.read();
    if (done || typeof value === "string") throw new Error(`Cannot find ${pattern} in ${text}`);
    text += new TextDecoder().decode(value);
  }
  reader.releaseLock();
  return text;
}

async function send(socket: ClientSocket, message: unknown): Promise<void> {
  const writer = socket.writable.getWriter();
  await writer.write(JSON.stringify(message));
  writer.releaseLock();
}

async function type(socket: ClientSocket, text: string): Promise<void> {
  const writer = socket.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}

const terminal = {
  interactive: true,
  width: 81,
  height: 25,
  environment: { PATH: "/bin", PS1: "$ " },
};

Deno.test("A command has its input, outputs, code, words, environment, user and folder", async () => {
  await using guest = startGuest();
  const script = "cat; echo err >&2; id -u; id -g; pwd; echo $A; exit 3";
  const request = { user: 65534, group: 65534, cwd: "/tmp", environment: { A: "1 = 2" } };
  const ended = await runCommand(guest, ["sh", "-c", script], { ...request, stdin: "in\n" });
  assertEquals(ended, {
    return: 3,
    stdout: "in\n65534\n65534\n/tmp\n1 = 2\n",
    stderr: "err\n",
  });
  assertEquals((await runCommand(guest, ["pwd"])).stdout, "/root\n");
  assertEquals((await runCommand(guest, ["pwd"], { environment: {} })).stdout, "/\n");
  assertEquals((await runCommand(guest, ["pwd"], { cwd: "tmp" })).stdout, "/tmp\n");
  assertEquals((await runCommand(guest, ["pwd"], { cwd: "/nope" })).stdout, "/\n");
});

Deno.test("Input and output keep every byte, whatever their size", async () => {
  await using guest = startGuest();
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const input = new Uint8Array(40 * bytes.length);
  for (let at = 0; at < input.length; at += bytes.length) input.set(bytes, at);
  const { sockets, result } = startCommand(guest, ["sh", "-c", "cat | cat"]);
  const parts: BlobPart[] = [];
  const reading = (async () => {
    for await (const part of sockets["1"]!.readable.values({ preventCancel: true })) {
      if (typeof part === "string") return;
      parts.push(part);
    }
  })();
  await Promise.all([sendInput(sockets["0"]!, input), reading, readOutput(sockets["2"]!)]);
  assertEquals((await result).return, 0);
  const output = new Uint8Array(await new Blob(parts).arrayBuffer());
  assertEquals(output.length, input.length);
  assert(output.every((byte, i) => byte === input[i]));
});

Deno.test("A command that cannot be run fails with the servers' words and code", async () => {
  await using guest = startGuest();
  const failing = async (...command: string[]) => {
    const { return: code, error } = await runCommand(guest, command);
    return [code, error];
  };
  assertEquals(await failing("nosuch"), [127, "Command not found"]);
  assertEquals(await failing("/nope/x"), [127, "Command not found"]);
  assertEquals(await failing("/etc/passwd"), [126, "Command not executable"]);
  assertEquals(await failing("/etc"), [126, "Command not executable"]);
  const session = guest.exec({ command: [] });
  assertEquals(await session.run(), { error: "Failed to retrieve PID of executing child process" });
});

Deno.test("A command goes without WebSockets, and its output is recorded where asked for", async () => {
  await using guest = startGuest();
  const run = (request: Partial<InstanceExecPost>) =>
    guest.exec({ command: ["sh", "-c", "cat; echo out; echo err >&2; exit 4"], ...request }).run();
  assertEquals(await run({ environment: { PATH: "/bin" } }), { return: 4, error: undefined });
  const { output, return: code } = await run({ "record-output": true });
  assertEquals(code, 4);
  assertEquals(new TextDecoder().decode(output?.["1"]), "out\n");
  assertEquals(new TextDecoder().decode(output?.["2"]), "err\n");
});

Deno.test("A command whose WebSockets do not come is given up", async () => {
  const clock = new VirtualClock({ auto: false });
  await using guest = startGuest({ clock });
  const session = guest.exec({ command: ["true"], "wait-for-websocket": true });
  const running = session.run();
  const { client, server } = socketPair();
  session.connect("0", server);
  await clock.advance(4999);
  await clock.advance(1);
  assertEquals(await running, { error: "Timed out waiting for websockets to connect" });
  session.finish();
  assertEquals((await client.closed).code, 1006);
});

Deno.test("A signal ends a command, or is caught by it", async () => {
  await using guest = startGuest({ clock: systemClock });
  const line =
    "trap 'echo hup' HUP; trap 'echo term; exit 5' TERM; echo up; while :; do sleep 0.01; done";
  const { sockets, result } = startCommand(guest, ["sh", "-c", line]);
  await readUntil(sockets["1"]!, /up\n/);
  await send(sockets.control!, { command: "signal", signal: 1 });
  await readUntil(sockets["1"]!, /hup\n/);
  await send(sockets.control!, { command: "signal", signal: 15 });
  assertMatch(await readOutput(sockets["1"]!), /term\n/);
  assertEquals((await result).return, 5);
  const other = startCommand(guest, ["sleep", "1000"]);
  await send(other.sockets.control!, { command: "signal", signal: 9 });
  assertEquals((await other.result).return, 137);
});

Deno.test("A control connection that goes takes the command with it", async () => {
  await using guest = startGuest({ clock: systemClock });
  const { sockets, result } = startCommand(guest, ["sleep", "1000"]);
  sockets.control!.close();
  assertEquals((await result).return, 137);
  assertEquals(guest.processes, 2);
});

Deno.test("Output that nobody reads holds the command, and goes on when it is read", async () => {
  await using guest = startGuest();
  const script = "yes | head -c 5000000; echo written > /tmp/written";
  const { sockets, result } = startCommand(guest, ["sh", "-c", script]);
  for (let turns = 0; turns < 20; turns++) await turn();
  assertEquals(guest.files.find("/tmp/written"), undefined);
  assertEquals((await readOutput(sockets["1"]!)).length, 5_000_000);
  assertEquals((await result).return, 0);
  assertEquals(guest.files.readText("/tmp/written"), "written\n");
});

Deno.test("What a command leaves behind may write for a second, and does not keep it", async () => {
  const clock = new VirtualClock();
  await using guest = startGuest({ clock });
  const script = "(sleep 0.5; echo late; sleep 60; echo never) & echo started";
  const { return: code, stdout } = await runCommand(guest, ["sh", "-c", script]);
  assertEquals([code, stdout], [0, "started\nlate\n"]);
});

Deno.test("The WebSockets end as the servers end them", async () => {
  await using guest = startGuest();
  const { sockets, result } = startCommand(guest, ["true"]);
  await Promise.all([result, readOutput(sockets["1"]!), readOutput(sockets["2"]!)]);
  for (const name of ["control", "0", "1", "2"]) {
    assertEquals((await sockets[name]!.closed).code, 1006, name);
  }
});

Deno.test("A terminal has a size, echoes, and ends its lines", async () => {
  await using guest = startGuest({ clock: systemClock });
  const { sockets, result } = startCommand(guest, ["sh"], terminal);
  const screen = sockets["0"]!;
  await type(screen, "stty size; tty; echo err >&2\r");
  const text = await readUntil(screen, /err\r\n\$ $/);
  assertMatch(text, /^\$ stty size; tty; echo err >&2\r\n25 81\r\n\/dev\/pts\/0\r\nerr\r\n\$ $/);
  const args = { width: "132", height: "50" };
  await send(sockets.control!, { command: "window-resize", args });
  await type(
    screen,
    "while [ \"$(stty size)\" != '50 132' ]; do sleep 0.01; done; echo re''sized\n",
  );
  await readUntil(screen, /resized\r\n/);
  await type(screen, "if true\nthen echo o''ver; fi\n");
  await readUntil(screen, /> .*over\r\n/s);
  await type(screen, "exit 7\n");
  await readOutput(screen);
  screen.close();
  assertEquals((await result).return, 7);
});

Deno.test("A terminal interrupts what runs, corrects what is typed, and ends the input", async () => {
  await using guest = startGuest({ clock: systemClock });
  const { sockets, result } = startCommand(guest, ["sh"], terminal);
  const screen = sockets["0"]!;
  await type(screen, "sleep 1000\n");
  while (guest.processes < 4) await turn();
  await type(screen, "\x03");
  await readUntil(screen, /\^C\r?\n?\$ /);
  await type(screen, "ecXX\x7f\x7fho $?\n");
  await readUntil(screen, /130\r\n\$ /);
  await type(screen, "cat\nhi\n\x04echo again\n");
  await readUntil(screen, /hi\r\necho again\r\nhi\r\n\$ again\r\n\$ $/);
  await type(screen, "\x04");
  await readOutput(screen);
  screen.close();
  assertEquals((await result).return, 0);
});

Deno.test("A terminal waits for its client to leave before the command has ended", async () => {
  await using guest = startGuest();
  const { sockets, result } = startCommand(guest, ["true"], terminal);
  assertEquals(await readOutput(sockets["0"]!), "");
  let ended = false;
  result.then(() => ended = true);
  await turn();
  assertEquals(ended, false);
  sockets["0"]!.close();
  assertEquals((await result).return, 0);
});

Deno.test("A stop of the instance ends its commands and its terminals", async () => {
  const guest = startGuest({ clock: systemClock });
  const { sockets, result } = startCommand(guest, ["sleep", "1000"]);
  const shell = startCommand(guest, ["sh"], terminal);
  await readUntil(shell.sockets["0"]!, /\$ /);
  guest.stop();
  assertEquals((await result).return, 137);
  await readOutput(sockets["1"]!);
  shell.sockets["0"]!.close();
  assertEquals((await shell.result).return, 137);
  assertEquals(guest.processes, 0);
});

Deno.test("A scripted command takes the place of another, and has all that it needs", async () => {
  await using guest = startGuest({
    commands: [{
      matches: ([name]) => name === "greet",
      async run({ argv, environment, cwd, uid, files, stdin, stdout, stderr, sleep }) {
        const name = await new Response(stdin).text();
        const writer = stdout.getWriter();
        await sleep(3_600_000);
        await writer.write(`hello ${name} ${argv.slice(1)} ${environment.A} ${cwd} ${uid}\n`);
        await stderr.getWriter().write(new Uint8Array([33, 10]));
        files.write("/tmp/greeted", name);
        return 6;
      },
    }, {
      matches: ([name]) => name === "echo",
      run: async ({ stdout }) => await stdout.getWriter().write("not the builtin\n"),
    }, {
      matches: ([name]) => name === "breaks",
      run: () => {
        throw new RangeError("out of order");
      },
    }],
  });
  const script =
    "printf you | A=1 greet x y; printf '%s\\n' $?; cat /tmp/greeted; breaks; printf $?; echo";
  const { stdout, stderr } = await runCommand(guest, ["sh", "-c", script]);
  assertEquals(stdout, "hello you x,y 1 /root 0\n6\nyou1not the builtin\n");
  assertEquals(stderr, "!\nbreaks: out of order\n");
  assertEquals((await runCommand(guest, ["greet"], { stdin: "me" })).return, 6);
});

Deno.test("A console shows what is written from then on, takes what is typed, and keeps a log", async () => {
  const guest = startGuest({ clock: systemClock });
  await runCommand(guest, ["sh", "-c", "echo before > /dev/console"]);
  const session = guest.attachConsole({ width: 80, height: 24 });
  const running = session.run();
  const [screen, control] = [socketPair(), socketPair()];
  session.connect("0", screen.server);
  session.connect("control", control.server);
  const script = "exec <> /dev/console; echo ready >&0; read line; echo got $line";
  const reading = runCommand(guest, ["sh", "-c", script]);
  const shown = await readUntil(screen.client, /ready\r\n/);
  assert(!shown.includes("before"));
  await type(screen.client, "typed\r");
  assertEquals((await reading).stdout, "got typed\n");
  assertEquals(new TextDecoder().decode(guest.console.log()), "before\r\nready\r\ntyped\r\n");
  guest.console.clearLog();
  assertEquals(guest.console.log().length, 0);
  control.client.close();
  assertEquals(await running, {});
  session.finish();
  const again = guest.attachConsole({});
  const ending = again.run();
  again.connect("0", socketPair().server);
  guest.stop();
  assertEquals(await ending, {});
  again.finish();
});

Deno.test("A full disk and a quota fail what is written inside", async () => {
  await using guest = startGuest();
  guest.files.space.capacity = guest.files.space.used + 5;
  const full = await runCommand(guest, [
    "sh",
    "-c",
    "echo 123 > /tmp/a; echo 123 > /tmp/b; echo $?",
  ]);
  assertEquals([full.stdout, full.stderr], ["1\n", "sh: write error: No space left on device\n"]);
  guest.files.space.full = "EDQUOT";
  const quota = await runCommand(guest, ["dd", "if=/dev/zero", "of=/tmp/c", "bs=9", "count=1"]);
  assertEquals([quota.return, quota.stderr], [1, "dd: Disk quota exceeded\n"]);
});

Deno.test("Names that every object has are no commands", async () => {
  await using guest = startGuest();
  const { return: code, stderr } = await runCommand(guest, ["sh", "-c", "constructor; toString x"]);
  assertEquals([code, stderr], [127, "sh: constructor: not found\nsh: toString: not found\n"]);
});

Deno.test("A busy loop leaves the others a turn", async () => {
  await using guest = startGuest();
  const busy = startCommand(guest, ["sh", "-c", "while :; do :; done"]);
  assertEquals((await runCommand(guest, ["echo", "still", "here"])).stdout, "still here\n");
  await send(busy.sockets.control!, { command: "signal", signal: 9 });
  assertEquals((await busy.result).return, 137);
});
