import type { SftpChannel } from "../../../core/sftp/channel.ts";
import { sftpEntries } from "../../../core/sftp/tree_source.ts";
import type { TreeEntry } from "../../../core/tree/entry.ts";
import type { TreeWay } from "../../../core/tree/options.ts";
import { filesEntries } from "./files_source.ts";
import { tarEntries } from "./tar_source.ts";
import type { OpenWay, TreePlace } from "./way.ts";

/** A tree as it comes out of an instance or a volume. */
export interface OpenSource {
  /** The way that it comes. */
  way: TreeWay;
  /** What is in it. */
  entries: AsyncIterable<TreeEntry>;
  /** The paths of what was left out so far. */
  omitted: string[];
}

/** From here on a tree is large: a tarball of it comes sooner, though `tar` has to be started for it. */
const LARGE = 16 * 1024 * 1024;
/** What a thing costs beside its content: as much time as so many bytes more. */
const EACH = 64 * 1024;

/** A tree by one way. */
export function openSource(
  place: TreePlace,
  root: string,
  open: OpenWay,
  signal: AbortSignal | undefined,
): OpenSource {
  const omitted: string[] = [];
  const entries = open.way === "sftp"
    ? sftpEntries(open.channel, root, omitted)
    : open.way === "tar"
    ? tarEntries(place, root, omitted, signal)
    : filesEntries(place, root, signal);
  return { way: open.way, entries, omitted };
}

/** A tree by SFTP, or by the instance's own `tar` where it has one and the tree turns out to be large. */
export async function openFasterSource(
  place: TreePlace,
  root: string,
  channel: SftpChannel,
  signal: AbortSignal,
): Promise<OpenSource> {
  const omitted: string[] = [];
  const entries = sftpEntries(channel, root, omitted);
  const seen: TreeEntry[] = [];
  const bySftp: OpenSource = { way: "sftp", entries: joined(seen, entries), omitted };
  for (let cost = 0; cost < LARGE;) {
    const { done, value } = await entries.next();
    if (done) return bySftp;
    seen.push(value);
    cost += EACH + (value.size ?? 0);
  }
  const tar = await beginTar(place, root, signal);
  if (tar) await entries.return();
  return tar ?? bySftp;
}

/** A tree by `tar`, once the first of it has come; what else there is, SFTP tells better. */
async function beginTar(
  place: TreePlace,
  root: string,
  signal: AbortSignal,
): Promise<OpenSource | undefined> {
  const omitted: string[] = [];
  const entries = tarEntries(place, root, omitted, signal);
  try {
    const { done, value } = await entries.next();
    if (!done) return { way: "tar", entries: joined([value], entries), omitted };
  } catch {
    signal.throwIfAborted();
  }
}

/** What was asked for already, and then the rest. */
async function* joined(
  seen: readonly TreeEntry[],
  rest: AsyncGenerator<TreeEntry, void>,
): AsyncGenerator<TreeEntry, void> {
  try {
    yield* seen;
    yield* rest;
  } finally {
    await rest.return();
  }
}
