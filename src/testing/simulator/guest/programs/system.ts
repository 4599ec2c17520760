import type { Process } from "../process/process.ts";
import { badOption, fail, readOptions } from "./applet.ts";

/** The version of Linux that is told. */
const KERNEL = "6.1.0-18-amd64";
const VERSION = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)";

/** The names in `/etc/passwd` or `/etc/group`, by id. */
function nameOf(process: Process, file: "passwd" | "group", id: number): string | undefined {
  const path = `/etc/${file}`;
  if (process.kernel.files.find(path)?.type !== "file") return undefined;
  const lines = process.kernel.files.readText(path).split("\n").map((line) => line.split(":"));
  return lines.find(([, , number]) => number === String(id))?.[0];
}

/** `id`. */
export async function id(process: Process, args: string[]): Promise<number> {
  const { flags, unknown } = readOptions(args, "ugnrG");
  if (unknown) return await badOption(process, unknown);
  const { uid, gid } = process;
  const user = nameOf(process, "passwd", uid), group = nameOf(process, "group", gid);
  const told = (number: number, name?: string) => name ? `${number}(${name})` : String(number);
  let text = `uid=${told(uid, user)} gid=${told(gid, group)}`;
  if (flags.has("u")) text = flags.has("n") ? user ?? String(uid) : String(uid);
  else if (flags.has("g") || flags.has("G")) {
    text = flags.has("n") ? group ?? String(gid) : String(gid);
  }
  await process.write(`${text}\n`);
  return 0;
}

/** `whoami`. */
export async function whoami(process: Process): Promise<number> {
  const name = nameOf(process, "passwd", process.uid);
  if (!name) return await fail(process, `unknown uid ${process.uid}`);
  await process.write(`${name}\n`);
  return 0;
}

/** `uname`. */
export async function uname(process: Process, args: string[]): Promise<number> {
  const { flags, unknown } = readOptions(args, "asnrvmpio", { long: { all: "a" } });
  if (unknown) return await badOption(process, unknown);
  const parts: [string, string][] = [
    ["s", "Linux"],
    ["n", process.kernel.hostname],
    ["r", KERNEL],
    ["v", VERSION],
    ["m", "x86_64"],
    ["o", "GNU/Linux"],
  ];
  const all = flags.has("a");
  const chosen = parts.filter(([letter]) => all || flags.has(letter)).map(([, text]) => text);
  await process.write(`${(chosen.length ? chosen : ["Linux"]).join(" ")}\n`);
  return 0;
}

/** `hostname`. */
export async function hostname(process: Process, [name]: string[]): Promise<number> {
  if (name === undefined || name.startsWith("-")) {
    await process.write(`${process.kernel.hostname}\n`);
  } else if (process.uid !== 0) return await fail(process, "sethostname: Operation not permitted");
  else process.kernel.hostname = name;
  return 0;
}

/** `date`, in UTC. */
export async function date(process: Process, args: string[]): Promise<number> {
  const { values, operands } = readOptions(args, "uR", { valued: "d" });
  const given = values.get("d");
  const seconds = /^@(-?\d+)$/.exec(given ?? "")?.[1];
  const time = given === undefined
    ? process.kernel.clock.now()
    : seconds
    ? Number(seconds) * 1000
    : Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(given) ? given : `${given.replace(" ", "T")}Z`);
  if (!Number.isFinite(time)) return await fail(process, `invalid date '${given}'`);
  const format = operands[0]?.startsWith("+") ? operands[0].slice(1) : "%a %b %e %H:%M:%S UTC %Y";
  await process.write(`${formatTime(new Date(time), format)}\n`);
  return 0;
}

function formatTime(time: Date, format: string): string {
  const [day = "", , month = ""] = time.toUTCString().split(/,? /);
  const two = (value: number) => String(value).padStart(2, "0");
  const values: Record<string, string> = {
    Y: String(time.getUTCFullYear()),
    y: two(time.getUTCFullYear() % 100),
    m: two(time.getUTCMonth() + 1),
    d: two(time.getUTCDate()),
    e: String(time.getUTCDate()).padStart(2),
    H: two(time.getUTCHours()),
    M: two(time.getUTCMinutes()),
    S: two(time.getUTCSeconds()),
    N: String(time.getUTCMilliseconds()).padStart(3, "0") + "000000",
    s: String(Math.floor(time.getTime() / 1000)),
    a: day,
    b: month,
    h: month,
    Z: "UTC",
    z: "+0000",
    n: "\n",
    t: "\t",
    "%": "%",
    F: time.toISOString().slice(0, 10),
    T: time.toISOString().slice(11, 19),
    R: time.toISOString().slice(11, 16),
  };
  return format.replace(/%(.)/g, (all, letter) => values[letter] ?? all);
}

/** `tty`. */
export async function tty(process: Process): Promise<number> {
  const terminal = process.descriptors.get(0)?.file.terminal;
  await process.write(`${terminal?.name ?? "not a tty"}\n`);
  return terminal ? 0 : 1;
}

/** `stty`: the size, and the modes that matter. */
export async function stty(process: Process, args: string[]): Promise<number> {
  const words = [...args];
  if (words[0] === "-F") words.splice(0, 2);
  const terminal = process.descriptors.get(0)?.file.terminal;
  if (!terminal) return await fail(process, "standard input: Inappropriate ioctl for device");
  const { modes } = terminal;
  const set = (on: boolean, ...names: (keyof typeof modes)[]) => {
    for (const name of names) modes[name] = on;
  };
  while (words.length) {
    const word = words.shift()!;
    if (word === "size") await process.write(`${terminal.rows} ${terminal.columns}\n`);
    else if (word === "rows") terminal.resize(terminal.columns, Number(words.shift()));
    else if (word === "cols" || word === "columns") {
      terminal.resize(Number(words.shift()), terminal.rows);
    } else if (word === "raw") set(false, "icanon", "isig", "icrnl", "onlcr");
    else if (word === "sane" || word === "cooked" || word === "-raw") {
      set(true, "icanon", "echo", "isig", "icrnl", "onlcr");
    } else if (word.replace(/^-/, "") in modes) {
      set(!word.startsWith("-"), word.replace(/^-/, "") as keyof typeof modes);
    } else if (word !== "-a" && !/^-?[a-z]+$/.test(word)) {
      return await fail(process, `invalid argument '${word}'`);
    }
  }
  if (args.length === 0 || args[0] === "-a") {
    const told = Object.entries(modes).map(([name, on]) => on ? name : `-${name}`);
    await process.write(
      `speed 38400 baud; rows ${terminal.rows}; columns ${terminal.columns};\n${told.join(" ")}\n`,
    );
  }
  return 0;
}

/** `printenv`. */
export async function printenv(process: Process, names: string[]): Promise<number> {
  const { environment } = process;
  const wanted = names.length ? names : [...environment.keys()];
  const found = wanted.filter((name) => environment.has(name));
  const line = (name: string) => `${names.length ? "" : `${name}=`}${environment.get(name)}\n`;
  await process.write(found.map(line).join(""));
  return found.length < wanted.length ? 1 : 0;
}

/** `which`. */
export async function which(process: Process, names: string[]): Promise<number> {
  let code = 0;
  for (const name of names) {
    const folders = (process.environment.get("PATH") ?? "").split(":");
    const path = folders.map((folder) => `${folder}/${name}`).find((it) => {
      const node = process.kernel.files.find(it);
      return node?.type === "file" && node.mode & 0o111;
    });
    if (path) await process.write(`${path}\n`);
    else code = 1;
  }
  return code;
}

/** `nproc`. */
export async function nproc(process: Process): Promise<number> {
  await process.write("1\n");
  return 0;
}

/** `ip`, as far as it sets an interface up, gives it an address, and shows both. */
export async function ip(process: Process, args: string[]): Promise<number> {
  const words = args.filter((arg) => !/^-[46]$/.test(arg));
  const { interfaces } = process.kernel;
  const [object = "", verb = "show", ...rest] = words;
  const named = (name: string | undefined) => interfaces.get(name ?? "");
  if (/^l(i(nk?)?)?$/.test(object) && verb === "set") {
    const name = rest[0] === "dev" ? rest[1] : rest[0];
    const found = named(name);
    if (!found) return await fail(process, `SIOCGIFFLAGS: No such device`);
    if (rest.includes("up")) found.up = true;
    if (rest.includes("down")) found.up = false;
    return 0;
  }
  if (/^a(d(d(r(ess)?)?)?)?$/.test(object) && (verb === "add" || verb === "del")) {
    const [address = "", bits] = (rest.find((word) =>
      word.includes(".") || word.includes(":")
    ) ?? "").split("/");
    const found = named(rest[rest.indexOf("dev") + 1]);
    if (!found) return await fail(process, `can't find device '${rest[rest.indexOf("dev") + 1]}'`);
    const family = address.includes(":") ? "inet6" : "inet";
    const at = found.addresses.findIndex((it) => it.address === address);
    if (verb === "add") {
      if (at >= 0) return await fail(process, "RTNETLINK answers: File exists") + 1;
      const netmask = bits ?? (family === "inet" ? "32" : "128");
      found.addresses.push({ family, address, netmask, scope: "global" });
    } else if (at < 0) {
      return await fail(process, "RTNETLINK answers: Cannot assign requested address") + 1;
    } else {
      found.addresses.splice(at, 1);
    }
    return 0;
  }
  let number = 0;
  for (const [name, { up, addresses }] of interfaces) {
    const flags = name === "lo" ? "LOOPBACK" : "BROADCAST,MULTICAST";
    const lines = [
      `${++number}: ${name}: <${flags}${up ? ",UP,LOWER_UP" : ""}> mtu 1500 qdisc noqueue`,
    ];
    if (/^a/.test(object)) {
      for (const { family, address, netmask, scope } of addresses) {
        lines.push(`    ${family} ${address}/${netmask} scope ${scope} ${name}`);
      }
    }
    await process.write(`${lines.join("\n")}\n`);
  }
  return 0;
}
