import { signalNumber, SIGNALS } from "../process/signals.ts";
import type { Process, ProcessStart } from "../process/process.ts";
import { fail, readOptions } from "./applet.ts";

/** `kill`. */
export async function kill(process: Process, args: string[]): Promise<number> {
  const words = [...args];
  let signal: number | undefined = SIGNALS.TERM;
  if (words[0] === "-l") {
    const names = Object.entries(SIGNALS).map(([name, number]) =>
      `${String(number).padStart(2)}) ${name}`
    );
    await process.write(`${names.join("\n")}\n`);
    return 0;
  }
  const [first = ""] = words;
  if (first === "-s") {
    signal = signalNumber(words[1] ?? "");
    words.splice(0, 2);
  } else if (/^-[^-]/.test(first)) {
    signal = signalNumber(first.slice(1));
    words.shift();
  }
  if (words[0] === "--") words.shift();
  if (signal === undefined) {
    return await fail(process, `bad signal name '${first.replace(/^-/, "")}'`);
  }
  if (words.length === 0) return await fail(process, "you need to specify whom to kill");
  let code = 0;
  for (const word of words) {
    const pid = Number(word);
    if (!/^-?\d+$/.test(word)) code = await fail(process, `invalid number '${word}'`);
    else if (pid < 0) process.kernel.signalGroup(-pid, signal);
    else {
      const target = process.kernel.process(pid);
      if (!target) code = await fail(process, `can't kill pid ${pid}: No such process`);
      else if (process.uid !== 0 && process.uid !== target.uid) {
        code = await fail(process, `can't kill pid ${pid}: Operation not permitted`);
      } else target.kill(signal);
    }
    process.dying.throwIfAborted();
  }
  return code;
}

/** `killall` and `pkill`, by the name of the command. */
export async function killall(process: Process, args: string[]): Promise<number> {
  const signal = signalNumber(/^-(\w+)$/.exec(args[0] ?? "")?.[1] ?? "TERM") ?? SIGNALS.TERM!;
  const names = args.filter((arg) => !arg.startsWith("-"));
  let code = 0;
  for (const name of names) {
    const found = process.kernel.processes.filter((it) =>
      it !== process && it.argv[0]?.split("/").at(-1) === name
    );
    if (found.length === 0) code = await fail(process, `${name}: no process killed`);
    for (const it of found) it.kill(signal);
  }
  return code;
}

/** `pidof`. */
export async function pidof(process: Process, names: string[]): Promise<number> {
  const pids = process.kernel.processes
    .filter((it) => names.includes(it.argv[0]?.split("/").at(-1) ?? ""))
    .map(({ pid }) => pid).reverse();
  if (pids.length) await process.write(`${pids.join(" ")}\n`);
  return pids.length ? 0 : 1;
}

const COLUMNS: Record<string, { title: string; width: number; of(process: Process): string }> = {
  pid: { title: "PID", width: 5, of: ({ pid }) => String(pid).padStart(5) },
  user: { title: "USER", width: 8, of: userOf },
  args: { title: "COMMAND", width: 0, of: ({ argv }) => argv.join(" ") },
  comm: { title: "COMMAND", width: 16, of: ({ argv }) => argv[0]?.split("/").at(-1) ?? "" },
  tty: { title: "TT", width: 6, of: ({ terminal }) => terminal ? "136,0" : "?" },
};

/** `ps`, with `-o`. */
export async function ps(process: Process, args: string[]): Promise<number> {
  const { values } = readOptions(args, "aefuwTl", { valued: "o" });
  const names = (values.get("o") ?? "pid,user,args").split(",");
  const bad = names.find((name) => !(name in COLUMNS));
  if (bad) {
    return await fail(
      process,
      `bad -o argument '${bad}', supported arguments: ${Object.keys(COLUMNS)}`,
    );
  }
  const columns = names.map((name) => COLUMNS[name]!);
  const row = (cells: string[]) => {
    return `${cells.map((cell, i) => cell.padEnd(columns[i]!.width)).join(" ").trimEnd()}\n`;
  };
  const rows = process.kernel.processes.map((it) => row(columns.map((column) => column.of(it))));
  await process.write(row(columns.map(({ title }) => title)) + rows.join(""));
  return 0;
}

function userOf({ uid, kernel }: Process): string {
  const users = kernel.files.find("/etc/passwd") ? kernel.files.readText("/etc/passwd") : "";
  const line = users.split("\n").find((it) => it.split(":")[2] === String(uid));
  return line?.split(":")[0] ?? String(uid);
}

/** `sleep`, whose arguments add up. */
export async function sleep(process: Process, args: string[]): Promise<number> {
  const units: Record<string, number> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };
  let seconds = 0;
  if (args.length === 0) return await fail(process, "missing operand");
  for (const arg of args) {
    const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(arg);
    if (!match) return await fail(process, `invalid number '${arg}'`);
    seconds += Number(match[1]) * units[match[2]!]!;
  }
  await process.sleep(seconds * 1000);
  return 0;
}

/** `timeout`: kills a command that takes too long. */
export async function timeout(process: Process, args: string[]): Promise<number> {
  const { values, operands } = split(args);
  const [limit = "", ...argv] = operands;
  const signal = signalNumber(values.get("s") ?? "TERM");
  if (signal === undefined || argv.length === 0) return await fail(process, "missing operand");
  const program = process.kernel.programs.find(process, argv);
  const child = process.kernel.start({ ...inherited(process), argv }, program);
  const over = new AbortController();
  let late = false;
  process.kernel.clock.sleep(parseFloat(limit) * 1000, over.signal).then(() => {
    late = true;
    child.kill(signal);
  }, () => {});
  const code = await child.exited;
  over.abort();
  if (late) process.kill(signal);
  return code;
}

/** The options before the command, which are not those after it. */
function split(args: readonly string[]): { values: Map<string, string>; operands: string[] } {
  const values = new Map<string, string>();
  let at = 0;
  for (; args[at]?.startsWith("-"); at++) {
    const letter = args[at]!.slice(1, 2);
    values.set(letter, args[at]!.slice(2) || (args[++at] ?? ""));
  }
  return { values, operands: args.slice(at) };
}

/** What a program gives to the commands that it runs. */
function inherited(process: Process): Omit<ProcessStart, "argv"> {
  const descriptors = new Map([...process.descriptors].map(([number, it]) => [number, it.share()]));
  const { environment, cwd, uid, gid, terminal, group } = process;
  return { environment, cwd, uid, gid, terminal, group, descriptors };
}

/** `env`: with a command, runs it in that environment. */
export async function env(process: Process, args: string[]): Promise<number> {
  const words = [...args];
  let environment = new Map(process.environment);
  for (; /^-/.test(words[0] ?? ""); words.shift()) {
    if (words[0] === "-i" || words[0] === "-") environment = new Map();
    if (words[0] === "-u") environment.delete(words.splice(1, 1)[0] ?? "");
  }
  for (; words[0]?.includes("="); words.shift()) {
    const [name = "", value = ""] = words[0].split(/=(.*)/s);
    environment.set(name, value);
  }
  if (words.length === 0) {
    const lines = [...environment].map(([name, value]) => `${name}=${value}\n`);
    await process.write(lines.join(""));
    return 0;
  }
  process.environment = environment;
  return await become(process, words);
}

/** Runs another command as the same process. */
async function become(process: Process, argv: string[]): Promise<number> {
  const program = process.kernel.programs.find(process, argv);
  process.argv = argv;
  return await program(process);
}

/** `nohup`, `nice` and what else runs a command almost as it is. */
export async function runs(process: Process, args: string[]): Promise<number> {
  const words = [...args];
  while (words[0]?.startsWith("-")) words.splice(0, words[0] === "-n" ? 2 : 1);
  return words.length ? await become(process, words) : 0;
}

/** `xargs`. */
export async function xargs(process: Process, args: string[]): Promise<number> {
  const { values, operands } = split(args.map((arg) => arg === "-0" ? "-0 " : arg));
  const text = new TextDecoder().decode(await readAll(process));
  const words = text.split(values.has("0") ? "\0" : /\s+/).filter((word) => word !== "");
  const command = operands.length ? operands : ["echo"];
  const size = Number(values.get("n") ?? Infinity);
  const placeholder = values.get("I");
  const batches: string[][] = [];
  if (placeholder) {
    const lines = text.split("\n").filter((line) => line !== "");
    batches.push(...lines.map((line) => command.map((it) => it.replaceAll(placeholder, line))));
  } else {
    for (let at = 0; at === 0 || at < words.length; at += Math.min(size, words.length || 1)) {
      batches.push([...command, ...words.slice(at, at + size)]);
    }
  }
  let code = 0;
  for (const argv of batches) {
    const program = process.kernel.programs.find(process, argv);
    const child = process.kernel.start({ ...inherited(process), argv }, program);
    if (await child.exited !== 0) code = 123;
  }
  return code;
}

async function readAll(process: Process): Promise<Uint8Array> {
  const parts: BlobPart[] = [];
  for (let bytes = await process.read(); bytes; bytes = await process.read()) parts.push(bytes);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
