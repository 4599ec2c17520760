import type { AnyNode } from "../files/file_node.ts";
import type { Process } from "../process/process.ts";
import { sizeOf } from "../sftp/attributes.ts";
import { badOption, fail, forEach, readOptions } from "./applet.ts";

/** The letters of `ls -l`. */
export function modeLetters(node: AnyNode): string {
  const { mode } = node;
  const kind = { file: "-", directory: "d", symlink: "l", device: "c" }[node.type];
  const triple = (shift: number, special: number, letter: string) => {
    const bits = mode >> shift;
    const runs = bits & 1;
    const last = mode & special ? (runs ? letter : letter.toUpperCase()) : runs ? "x" : "-";
    return (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-") + last;
  };
  return kind + triple(6, 0o4000, "s") + triple(3, 0o2000, "s") + triple(0, 0o1000, "t");
}

function names(process: Process, file: string): Map<string, string> {
  const { files } = process.kernel;
  const lines = files.find(file)?.type === "file" ? files.readText(file).split("\n") : [];
  return new Map(lines.map((line) => line.split(":")).map(([name = "", , id = ""]) => [id, name]));
}

/** `ls`. */
export async function ls(process: Process, args: string[]): Promise<number> {
  const { flags, operands, unknown } = readOptions(args, "1aAldFhinrRStuCp");
  if (unknown) return await badOption(process, unknown);
  const { files } = process.kernel;
  const users = names(process, "/etc/passwd"), groups = names(process, "/etc/group");
  const line = (name: string, node: AnyNode) => {
    const mark = flags.has("F") && node.type === "directory" ? "/" : "";
    if (!flags.has("l")) return `${name}${mark}`;
    const time = new Date(node.modified).toUTCString();
    const target = node.type === "symlink" ? ` -> ${node.target}` : "";
    const links = node.type === "directory" ? 2 : node.type === "file" ? node.links : 1;
    const user = flags.has("n")
      ? String(node.uid)
      : users.get(String(node.uid)) ?? String(node.uid);
    const group = flags.has("n")
      ? String(node.gid)
      : groups.get(String(node.gid)) ?? String(node.gid);
    const size = String(sizeOf(node)).padStart(9);
    return `${modeLetters(node)} ${String(links).padStart(4)} ${user.padEnd(8)} ${
      group.padEnd(8)
    } ` +
      `${size} ${time.slice(8, 11)} ${time.slice(5, 7).replace(/^0/, " ")} ${
        time.slice(17, 22)
      } ${name}${mark}${target}`;
  };
  const order = (entries: [string, AnyNode][]) => {
    entries.sort(([a, x], [b, y]) => {
      if (flags.has("t") && x.modified !== y.modified) return y.modified - x.modified;
      if (flags.has("S") && sizeOf(x) !== sizeOf(y)) return sizeOf(y) - sizeOf(x);
      return a < b ? -1 : 1;
    });
    return flags.has("r") ? entries.reverse() : entries;
  };
  const print = async (entries: [string, AnyNode][]) => {
    await process.write(entries.map(([name, node]) => `${line(name, node)}\n`).join(""));
  };
  const singles: [string, AnyNode][] = [];
  const directories: string[] = [];
  let code = await forEach(process, operands.length ? operands : ["."], (path) => {
    const follow = !flags.has("l");
    const node = files.lookup(process.path(path), { follow: false });
    const seen = node.type === "symlink" && (follow || path.endsWith("/"))
      ? files.find(process.path(path)) ?? node
      : node;
    if (seen.type === "directory" && !flags.has("d")) directories.push(path);
    else singles.push([path, node]);
  });
  await print(order(singles));
  const titled = operands.length > 1 || flags.has("R");
  let first = singles.length === 0;
  const list = async (path: string): Promise<void> => {
    if (titled) await process.write(`${first ? "" : "\n"}${path}:\n`);
    first = false;
    const full = process.path(path);
    const all = files.list(full).map((name): [string, AnyNode] => [
      name,
      files.lookup(`${full}/${name}`, { follow: false }),
    ]);
    const shown = all.filter(([name]) => flags.has("a") || flags.has("A") || !name.startsWith("."));
    if (flags.has("a")) {
      shown.push([".", files.lookup(full)], ["..", files.lookup(`${full}/..`)]);
    }
    const entries = order(shown);
    if (flags.has("l")) await process.write("total 0\n");
    await print(entries);
    if (!flags.has("R")) return;
    for (const [name, node] of entries) {
      if (node.type === "directory" && !/^\.\.?$/.test(name)) await list(`${path}/${name}`);
    }
  };
  code = await forEach(process, directories.sort(), list) || code;
  return code;
}

const KINDS = {
  file: "regular file",
  directory: "directory",
  symlink: "symbolic link",
  device: "character special file",
};

/** `stat`, with `-c`. */
export async function stat(process: Process, args: string[]): Promise<number> {
  const { flags, values, operands, unknown } = readOptions(args, "Lt", { valued: "c" });
  if (unknown) return await badOption(process, unknown);
  const users = names(process, "/etc/passwd"), groups = names(process, "/etc/group");
  return await forEach(process, operands, async (path) => {
    const node = process.kernel.files.lookup(process.path(path), { follow: flags.has("L") });
    const { uid, gid, mode } = node;
    const fields: Record<string, string> = {
      a: mode.toString(8),
      A: modeLetters(node),
      u: String(uid),
      g: String(gid),
      U: users.get(String(uid)) ?? "UNKNOWN",
      G: groups.get(String(gid)) ?? "UNKNOWN",
      s: String(sizeOf(node)),
      n: path,
      N: node.type === "symlink" ? `'${path}' -> '${node.target}'` : path,
      F: node.type === "file" && sizeOf(node) === 0 ? "regular empty file" : KINDS[node.type],
      i: String(node.id),
      h: String(node.type === "file" ? node.links : 1),
      Y: String(Math.floor(node.modified / 1000)),
      X: String(Math.floor(node.accessed / 1000)),
      y: new Date(node.modified).toISOString().replace("T", " ").replace("Z", "000000 +0000"),
      "%": "%",
    };
    const format = values.get("c") ??
      "  File: %N\n  Size: %s\t%F\nAccess: (0%a/%A)  Uid: (%u/%U)   Gid: (%g/%G)\nModify: %y";
    await process.write(`${format.replace(/%(.)/g, (all, letter) => fields[letter] ?? all)}\n`);
  }, (path, reason) => `can't stat '${path}': ${reason}`);
}

/** `find`, with `-name`, `-type`, `-maxdepth`, `-mindepth`, `-delete` and `-print0`. */
export async function find(process: Process, args: string[]): Promise<number> {
  const start = args.findIndex((arg) => arg.startsWith("-"));
  const paths = start < 0 ? args : args.slice(0, start);
  const tests = start < 0 ? [] : args.slice(start);
  const { files } = process.kernel;
  const wanted: ((path: string, node: AnyNode) => boolean)[] = [];
  let most = Infinity, least = 0, end = "\n", removes = false;
  while (tests.length) {
    const test = tests.shift()!;
    if (test === "-delete") removes = true;
    else if (test === "-print0") end = "\0";
    else if (test === "-print") continue;
    else {
      const value = tests.shift();
      if (value === undefined) return await fail(process, `unrecognized: ${test}`);
      if (test === "-name") {
        const matcher = new RegExp(`^${globSource(value)}$`);
        wanted.push((path) => matcher.test(path.split("/").at(-1)!));
      } else if (test === "-type") {
        const type = { f: "file", d: "directory", l: "symlink", c: "device" }[value];
        wanted.push((_, node) => node.type === type);
      } else if (test === "-maxdepth") most = Number(value);
      else if (test === "-mindepth") least = Number(value);
      else return await fail(process, `unrecognized: ${test}`);
    }
  }
  const visit = async (path: string, depth: number): Promise<void> => {
    const node = files.lookup(process.path(path), { follow: false });
    const matches = depth >= least && wanted.every((test) => test(path, node));
    if (matches && !removes) await process.write(path + end);
    if (node.type === "directory" && depth < most) {
      for (const name of files.list(process.path(path))) {
        await visit(`${path.replace(/\/$/, "")}/${name}`, depth + 1);
      }
    }
    if (matches && removes && path !== ".") {
      if (node.type === "directory") files.removeDirectory(process.path(path));
      else files.remove(process.path(path));
    }
  };
  return await forEach(process, paths.length ? paths : ["."], (path) => visit(path, 0));
}

function globSource(text: string): string {
  return text.replace(/[.+^${}()|\\/]/g, "\\$&").replaceAll("*", "[^]*").replaceAll("?", "[^]")
    .replaceAll("[!", "[^");
}

/** `du`, in KiB. */
export async function du(process: Process, args: string[]): Promise<number> {
  const { flags, operands } = readOptions(args, "shkmac");
  const sum = (node: AnyNode): number =>
    node.type === "directory"
      ? [...node.entries.values()].reduce((total, it) => total + sum(it), 4096)
      : Math.ceil(sizeOf(node) / 4096) * 4096;
  const visit = async (path: string, top: boolean): Promise<void> => {
    const node = process.kernel.files.lookup(process.path(path), { follow: false });
    if (node.type === "directory" && !flags.has("s")) {
      for (const [name, entry] of node.entries) {
        if (entry.type === "directory") await visit(`${path}/${name}`, false);
      }
    }
    if (node.type === "directory" || top) await process.write(`${sum(node) / 1024}\t${path}\n`);
  };
  return await forEach(process, operands.length ? operands : ["."], (path) => visit(path, true));
}

/** `df`, in KiB. */
export async function df(process: Process): Promise<number> {
  const { used, capacity } = process.kernel.files.space;
  const size = Number.isFinite(capacity) ? capacity : 10 * 1024 ** 3;
  const kib = (bytes: number) => String(Math.ceil(bytes / 1024)).padStart(9);
  const percent = `${Math.ceil(100 * used / Math.max(size, 1))}%`;
  await process.write(
    "Filesystem           1K-blocks      Used Available Use% Mounted on\n" +
      `rootfs               ${kib(size)} ${kib(used)} ${kib(Math.max(0, size - used))} ${
        percent.padStart(4)
      } /\n`,
  );
  return 0;
}
