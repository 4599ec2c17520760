import { bodyOf, collect } from "../../../core/streams.ts";
import { below, SMALL, type TreeEntry } from "../../../core/tree/entry.ts";
import type { TreePlace } from "./way.ts";

/** How many things are asked for ahead. */
const AHEAD = 8;

/** An entry, and the names in it where it is a directory. */
interface Seen {
  entry: TreeEntry;
  names: string[];
  /** Lets go of what was not read. */
  release(): Promise<void>;
}

/** The entries of a directory, with a request for each; links are told with absolute targets. */
export async function* filesEntries(
  place: TreePlace,
  root: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<TreeEntry, void> {
  const look = (path: string) => {
    const seen = see(place, root, path, signal);
    seen.catch(() => {});
    return seen;
  };
  const first = await look(".");
  if (first.entry.type !== "directory") {
    await first.release();
    throw new TypeError(`Cannot download "${root}" as a tree: it is no directory`);
  }
  yield first.entry;
  /** What is to be gone through, the next one last. */
  const waiting: { path: string; seen?: Promise<Seen> }[] = [];
  const push = (above: string, names: string[]) => {
    for (const name of names.reverse()) waiting.push({ path: above + name });
  };
  push("", first.names);
  try {
    while (waiting.length > 0) {
      for (const next of waiting.slice(-AHEAD)) next.seen ??= look(next.path);
      const { entry, names } = await waiting.pop()!.seen!;
      push(`${entry.path}/`, names);
      yield entry;
    }
  } finally {
    await Promise.allSettled(waiting.map(async ({ seen }) => (await seen)?.release()));
  }
}

async function see(
  { files }: TreePlace,
  root: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Seen> {
  const full = path === "." ? root : below(root, path);
  const { info, response } = await files.look(full, { signal });
  const { type, mode, uid, gid, size, modified } = info;
  const attributes = { path, type, mode, uid, gid, ...modified ? { modified } : {} };
  const { readable: body } = bodyOf(response, `read "${full}"`, signal);
  if (type === "directory") {
    const { metadata } = JSON.parse(new TextDecoder().decode(await collect(body)));
    return { entry: attributes, names: (metadata ?? []).sort(), release };
  }
  if (type === "symlink") {
    const target = new TextDecoder().decode(await collect(body));
    return { entry: { ...attributes, target }, names: [], release };
  }
  const data = size !== null && size <= SMALL ? await collect(body) : body;
  return {
    entry: { ...attributes, size: size ?? undefined, data },
    names: [],
    release: async () => {
      if (data instanceof ReadableStream && !data.locked) await data.cancel();
    },
  };
}

async function release(): Promise<void> {}
