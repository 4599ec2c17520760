/**
 * What a daemon can leave behind on its machine: processes of containers, and mounts.
 *
 * @module
 */

/** A process that still belongs to a folder. */
export interface Leftover {
  /** Its process id. */
  pid: number;
  /** Its command line. */
  command: string;
}

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    // The process ended meanwhile.
    return "";
  }
}

/** The processes that name the folder in their command line or in their environment. */
export async function findProcesses(directory: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const pid = Number(name);
    if (!pid || pid === Deno.pid) continue;
    const command = await read(`/proc/${name}/cmdline`);
    const environment = await read(`/proc/${name}/environ`);
    const words = [...command.split(/[\0 =]/), ...environment.split(/[\0=]/)];
    if (words.some((word) => word === directory || word.startsWith(`${directory}/`))) {
      found.push({ pid, command: command.replaceAll("\0", " ").trim() });
    }
  }
  return found;
}

/** The mount points below the folder, the innermost first. */
export async function findMounts(directory: string): Promise<string[]> {
  const lines = (await Deno.readTextFile("/proc/self/mounts")).split("\n");
  const points = lines.map((line) => line.split(" ")[1] ?? "");
  return points.filter((point) => point.startsWith(`${directory}/`)).reverse();
}

/** Unmounts what is mounted below the folder. */
export async function unmountAll(directory: string): Promise<void> {
  for (const point of await findMounts(directory)) {
    await new Deno.Command("umount", { args: ["--lazy", point] }).output();
  }
}
