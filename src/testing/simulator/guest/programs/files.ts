import { FileError } from "../files/file_error.ts";
import type { AnyNode } from "../files/file_node.ts";
import type { GuestFiles } from "../files/guest_files.ts";
import { check, checkParent } from "../process/open_path.ts";
import type { Process } from "../process/process.ts";
import { badOption, fail, forEach, nameOf, readOptions } from "./applet.ts";
import { parseMode } from "./mode.ts";

/** Who what a process makes belongs to. */
function owner(
  { uid, gid, umask }: Process,
  mode: number,
): { uid: number; gid: number; mode: number } {
  return { uid, gid, mode: mode & ~umask };
}

function base(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1) || "/";
}

/** `mkdir`. */
export async function mkdir(process: Process, args: string[]): Promise<number> {
  const { flags, values, operands, unknown } = readOptions(args, "pv", { valued: "m" });
  if (unknown) return await badOption(process, unknown);
  const { files } = process.kernel;
  const mode = values.has("m") ? parseMode(values.get("m")!, 0o777, true) : undefined;
  return await forEach(process, operands, (path) => {
    const full = process.path(path);
    if (!flags.has("p")) checkParent(process, full);
    files.mkdir(full, {
      ...owner(process, 0o777),
      ...mode === undefined ? {} : { mode },
      recursive: flags.has("p"),
    });
  }, (path, reason) => `can't create directory '${path}': ${reason}`);
}

/** `rmdir`. */
export async function rmdir(process: Process, args: string[]): Promise<number> {
  const { operands } = readOptions(args, "p");
  return await forEach(process, operands, (path) => {
    checkParent(process, process.path(path));
    process.kernel.files.removeDirectory(process.path(path));
  }, (path, reason) => `'${path}': ${reason}`);
}

/** `rm`. */
export async function rm(process: Process, args: string[]): Promise<number> {
  const { flags, operands, unknown } = readOptions(args, "rRfiv");
  if (unknown) return await badOption(process, unknown);
  const { files } = process.kernel;
  const recursive = flags.has("r") || flags.has("R");
  return await forEach(process, operands, async (path) => {
    const full = process.path(path);
    if (flags.has("f") && !files.find(full, { follow: false })) return;
    const { type } = files.lookup(full, { follow: false });
    if (type === "directory" && !recursive) return await fail(process, `'${path}' is a directory`);
    checkParent(process, full);
    if (/^\/*$/.test(path)) throw new FileError("EBUSY");
    files.removeAll(full);
  }, (path, reason) => `can't remove '${path}': ${reason}`);
}

/** `touch`. */
export async function touch(process: Process, args: string[]): Promise<number> {
  const { flags, values, operands, unknown } = readOptions(args, "camf", { valued: "drt" });
  if (unknown) return await badOption(process, unknown);
  const { files, clock } = process.kernel;
  const given = values.get("d");
  const seconds = /^@(\d+)$/.exec(given ?? "")?.[1];
  const time = given === undefined
    ? clock.now()
    : seconds
    ? Number(seconds) * 1000
    : Date.parse(`${given.replace(" ", "T")}Z`);
  if (Number.isNaN(time)) return await fail(process, `invalid date '${given}'`);
  return await forEach(process, operands, (path) => {
    const full = process.path(path);
    if (!files.find(full)) {
      if (flags.has("c")) return;
      checkParent(process, full);
    }
    const node = files.open(full, { create: true, ...owner(process, 0o666) });
    node.modified = time;
    node.accessed = time;
  });
}

/** Where something goes that is copied or moved to a path: into it, where that is a directory. */
function destination(process: Process, source: string, target: string): string {
  const full = process.path(target);
  return process.kernel.files.find(full)?.type === "directory" ? `${full}/${base(source)}` : full;
}

/** `cp`. */
export async function cp(process: Process, args: string[]): Promise<number> {
  const { flags, operands, unknown } = readOptions(args, "rRapdfLP");
  if (unknown) return await badOption(process, unknown);
  const target = operands.pop();
  if (target === undefined || operands.length === 0) return await fail(process, "missing operand");
  const recursive = ["r", "R", "a"].some((letter) => flags.has(letter));
  const keep = flags.has("a") || flags.has("p");
  return await forEach(process, operands, async (path) => {
    const { files } = process.kernel;
    const from = process.path(path);
    const node = files.lookup(from, { follow: !recursive });
    if (node.type === "directory" && !recursive) {
      return await fail(process, `omitting directory '${path}'`);
    }
    copy(process, node, destination(process, path, target), keep);
  }, (path, reason) => `can't stat '${path}': ${reason}`);
}

function copy(process: Process, node: AnyNode, to: string, keep: boolean): void {
  const { files } = process.kernel;
  const attributes = keep ? node : owner(process, node.mode);
  const existing = files.find(to, { follow: false });
  if (node.type === "directory") {
    if (!existing) files.mkdir(to, attributes);
    for (const [name, entry] of [...node.entries]) copy(process, entry, `${to}/${name}`, keep);
  } else if (node.type === "symlink") {
    if (existing) files.remove(to);
    files.symlink(node.target, to, attributes);
  } else if (node.type === "device") {
    files.mknod(node.device, to, attributes);
  } else {
    checkParent(process, to);
    files.write(to, node.content.read(0, node.content.length), attributes);
    if (keep) Object.assign(files.lookup(to), { modified: node.modified });
  }
}

/** `mv`. */
export async function mv(process: Process, args: string[]): Promise<number> {
  const { flags, operands, unknown } = readOptions(args, "fin");
  if (unknown) return await badOption(process, unknown);
  const target = operands.pop();
  if (target === undefined || operands.length === 0) return await fail(process, "missing operand");
  return await forEach(process, operands, (path) => {
    const { files } = process.kernel;
    const to = destination(process, path, target);
    if (flags.has("n") && files.find(to)) return;
    files.lookup(process.path(path), { follow: false });
    checkParent(process, process.path(path));
    checkParent(process, to);
    files.rename(process.path(path), to);
  }, (path, reason) => `can't rename '${path}': ${reason}`);
}

/** `ln`. */
export async function ln(process: Process, args: string[]): Promise<number> {
  const { flags, operands, unknown } = readOptions(args, "sfnv");
  if (unknown) return await badOption(process, unknown);
  const { files } = process.kernel;
  const target = operands.length > 1 ? operands.pop()! : ".";
  return await forEach(process, operands, (path) => {
    const into = !flags.has("n") ||
      files.find(process.path(target), { follow: false })?.type !== "symlink";
    const to = into ? destination(process, path, target) : process.path(target);
    if (flags.has("f") && files.find(to, { follow: false })) files.remove(to);
    if (flags.has("s")) files.symlink(path, to, owner(process, 0o777));
    else files.link(process.path(path), to);
  }, (_, reason) => `${target}: ${reason}`);
}

/** All that is at a path, and with `-R` below it. */
function* below(files: GuestFiles, path: string, recursive: boolean): Generator<AnyNode> {
  const node = files.lookup(path, { follow: !recursive });
  yield node;
  if (!recursive || node.type !== "directory") return;
  for (const name of files.list(path)) yield* below(files, `${path}/${name}`, true);
}

/** `chmod`. */
export async function chmod(process: Process, args: string[]): Promise<number> {
  const signed = args.map((arg) => /^-[rwxXst]/.test(arg) ? ` ${arg}` : arg);
  const { flags, operands } = readOptions(signed, "Rvcf");
  const [mode = "", ...paths] = operands;
  if (paths.length === 0) return await fail(process, "missing operand");
  return await forEach(process, paths, (path) => {
    for (const node of below(process.kernel.files, process.path(path), flags.has("R"))) {
      if (process.uid !== 0 && process.uid !== node.uid) throw new FileError("EPERM");
      if (node.type !== "symlink") {
        node.mode = parseMode(mode.trim(), node.mode, node.type === "directory");
      }
    }
  });
}

/** `chown` and `chgrp`. */
export async function chown(process: Process, args: string[]): Promise<number> {
  const { flags, operands } = readOptions(args, "Rhvcf");
  const [who = "", ...paths] = operands;
  const groupOnly = nameOf(process) === "chgrp";
  const [user = "", group = ""] = groupOnly ? ["", who] : who.split(/[:.]/);
  const idOf = (file: string, name: string) => {
    if (name === "" || /^\d+$/.test(name)) return name === "" ? undefined : Number(name);
    const lines = process.kernel.files.readText(`/etc/${file}`).split("\n").map((line) =>
      line.split(":")
    );
    const id = lines.find(([it]) => it === name)?.[2];
    return id === undefined ? null : Number(id);
  };
  const uid = idOf("passwd", user), gid = idOf("group", group);
  if (uid === null) return await fail(process, `unknown user ${user}`);
  if (gid === null) return await fail(process, `unknown group ${group}`);
  return await forEach(process, paths, (path) => {
    for (const node of below(process.kernel.files, process.path(path), flags.has("R"))) {
      if (process.uid !== 0) throw new FileError("EPERM");
      if (uid !== undefined) node.uid = uid;
      if (gid !== undefined) node.gid = gid;
    }
  });
}

/** `readlink`. */
export async function readlink(process: Process, args: string[]): Promise<number> {
  const { flags, operands } = readOptions(args, "fnv");
  const { files } = process.kernel;
  const newline = flags.has("n") ? "" : "\n";
  let code = 0;
  for (const path of operands) {
    const full = process.path(path);
    const node = files.find(full, { follow: false });
    try {
      if (flags.has("f")) await process.write(files.resolve(full) + newline);
      else if (node?.type === "symlink") await process.write(node.target + newline);
      else code = 1;
    } catch (error) {
      if (!(error instanceof FileError) || error.errno === "EPIPE") throw error;
      code = 1;
    }
  }
  return code;
}

/** `realpath`. */
export function realpath(process: Process, args: string[]): Promise<number> {
  return forEach(process, args, async (path) => {
    const resolved = process.kernel.files.resolve(process.path(path));
    process.kernel.files.lookup(resolved);
    await process.write(`${resolved}\n`);
  });
}

/** `basename`. */
export async function basename(
  process: Process,
  [path = "", suffix = ""]: string[],
): Promise<number> {
  const name = base(path);
  const bare = suffix !== "" && name !== suffix && name.endsWith(suffix)
    ? name.slice(0, -suffix.length)
    : name;
  await process.write(`${bare}\n`);
  return 0;
}

/** `dirname`. */
export async function dirname(process: Process, [path = ""]: string[]): Promise<number> {
  const trimmed = path.replace(/\/+$/, "");
  const at = trimmed.lastIndexOf("/");
  await process.write(`${at < 0 ? "." : trimmed.slice(0, at).replace(/\/+$/, "") || "/"}\n`);
  return 0;
}

/** `mktemp`. */
export async function mktemp(process: Process, args: string[]): Promise<number> {
  const { flags, values, operands } = readOptions(args, "dqut", { valued: "p" });
  const template = operands[0] ?? "tmp.XXXXXX";
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  const { files } = process.kernel;
  const folder = operands[0] && !flags.has("t") && !values.has("p")
    ? ""
    : `${values.get("p") ?? "/tmp"}/`;
  // Not random: a test is the same every time. What is there already is passed over.
  for (let number = 0;; number++) {
    let rest = number;
    const name = template.replace(/X+$/, (run) =>
      Array.from(run, () => {
        const letter = letters[rest % letters.length]!;
        rest = Math.floor(rest / letters.length);
        return letter;
      }).join(""));
    const path = process.path(folder + name);
    if (files.find(path, { follow: false })) continue;
    if (flags.has("d")) files.mkdir(path, owner(process, 0o700));
    else files.write(path, "", owner(process, 0o600));
    await process.write(`${folder}${name}\n`);
    return 0;
  }
}

/** `truncate`. */
export async function truncate(process: Process, args: string[]): Promise<number> {
  const { values, operands } = readOptions(args, "c", { valued: "s" });
  const [, number = "", unit = ""] = /^(\d+)([kKmMgG]?)$/.exec(values.get("s") ?? "") ?? [];
  if (number === "") return await fail(process, `invalid number '${values.get("s") ?? ""}'`);
  const factor = 1024 ** " kmg".indexOf(unit.toLowerCase() || " ");
  return await forEach(process, operands, (path) => {
    const node = process.kernel.files.open(process.path(path), {
      create: true,
      ...owner(process, 0o666),
    });
    if (node.type !== "file") throw new FileError("EINVAL");
    check(process, node, 2);
    process.kernel.files.truncate(node, Number(number) * factor);
  });
}
