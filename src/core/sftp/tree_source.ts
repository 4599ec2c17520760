import { below, SMALL, type TreeEntry } from "../tree/entry.ts";
import type { SftpChannel } from "./channel.ts";
import { Sftp, type SftpEntry, type SftpInfo } from "./sftp.ts";
import { openReader, readSmall } from "./transfer.ts";

/** How many directories are listed ahead at most; fewer at first, as who asks may soon have seen enough. */
const MAX_AHEAD = 16;

/**
 * The entries of a directory behind an SFTP connection, the directory itself first. What is none of the
 * types goes to `omitted`.
 *
 * @throws {TypeError} when there is no directory.
 */
export async function* sftpEntries(
  channel: SftpChannel,
  root: string,
  omitted: string[],
): AsyncGenerator<TreeEntry, void> {
  const sftp = new Sftp(channel);
  const info = await sftp.stat(root);
  if (info.type !== "directory") {
    throw new TypeError(`Cannot download "${root}" as a tree: it is no directory`);
  }
  yield { path: ".", type: "directory", ...attributesOf(info) };
  const entryOf = async (path: string, info: SftpEntry): Promise<TreeEntry | undefined> => {
    const { type, size } = info;
    const full = below(root, path);
    if (type === "other") return void omitted.push(path);
    return {
      path,
      type,
      ...attributesOf(info),
      ...type === "symlink" ? { target: await sftp.readLink(full) } : {},
      ...type === "file" ? { size, data: () => dataOf(channel, full, size) } : {},
    };
  };
  /** The directories that are to be gone through, the last one first. */
  const waiting: { path: string; list?: Promise<SftpEntry[]> }[] = [{ path: "" }];
  const list = (path: string) => {
    const listing = sftp.list(below(root, path));
    // Looked at only once it is its turn.
    listing.catch(() => {});
    return listing;
  };
  for (let ahead = 1; waiting.length > 0; ahead = Math.min(ahead + 1, MAX_AHEAD)) {
    const { path, list: begun } = waiting.pop()!;
    for (const next of waiting.slice(-ahead)) next.list ??= list(next.path);
    const found = await (begun ?? list(path));
    const directories: string[] = [];
    const entries = found.map((info) => {
      const own = path === "" ? info.name : `${path}/${info.name}`;
      if (info.type === "directory") directories.push(own);
      const entry = entryOf(own, info);
      entry.catch(() => {});
      return entry;
    });
    waiting.push(...directories.reverse().map((path) => ({ path })));
    for (const entry of entries) {
      const it = await entry;
      if (it) yield it;
    }
  }
}

function attributesOf({ mode, uid, gid, modified }: SftpInfo) {
  return { mode, uid, gid, modified };
}

async function dataOf(channel: SftpChannel, path: string, size: number) {
  if (size <= SMALL) return await readSmall(channel, path, size);
  return await openReader(channel, path, { end: size });
}
