import { UnsupportedError } from "../../../errors.ts";
import { limited } from "../../../core/call.ts";
import { SftpTreeTarget } from "../../../core/sftp/tree_target.ts";
import { Meter } from "../../../core/transfer.ts";
import { copyTree, type TreeEntries } from "../../../core/tree/copy.ts";
import type { DownloadedEntry } from "../../../core/tree/entry.ts";
import type { TreeOptions, TreeSummary } from "../../../core/tree/options.ts";
import { StreamTreeTarget } from "../../../core/tree/stream_target.ts";
import type { TreeTarget } from "../../../core/tree/target.ts";
import { FilesTreeTarget } from "./files_target.ts";
import { openFasterSource, openSource } from "./source.ts";
import { TarTreeTarget } from "./tar_target.ts";
import { type OpenWay, openWay, type TreePlace } from "./way.ts";

/** Where a tree comes from: a local directory, or entries of the caller's own. */
export type TreeSource = string | URL | TreeEntries;

/** Where a tree goes: a local directory, or a sink of the caller's own. */
export type TreeSink = string | URL | WritableStream<DownloadedEntry>;

/** Brings a tree into an instance or a volume. */
export async function uploadTree(
  place: TreePlace,
  source: TreeSource,
  root: string,
  options: TreeOptions,
): Promise<TreeSummary> {
  const local = await localEnd(source);
  return await overWay(place, `upload to "${root}"`, options, async (open, signal) => {
    if (open.way === "files") refuseTimes(options);
    const omitted: string[] = [];
    const entries = local ? local.entries(omitted) : source as TreeEntries;
    const size = options.onProgress && !options.skipEqual ? await local?.measure() : undefined;
    const target = await targetOf(place, root, open, signal);
    const count = await copyTree(entries, target, {
      ...options,
      owners: options.owners ?? !local,
      signal,
      verb: "upload",
      meter: new Meter("upload", size ?? null, options.onProgress ?? (() => {})),
    });
    return { way: open.way, ...count, omitted };
  });
}

/** Brings a tree out of an instance or a volume. */
export async function downloadTree(
  place: TreePlace,
  root: string,
  sink: TreeSink,
  options: TreeOptions,
): Promise<TreeSummary> {
  const local = await localEnd(sink);
  if (options.skipEqual && !local) {
    throw new TypeError(
      `Cannot leave out what is equal of "${root}": what a sink has already is not known`,
    );
  }
  return await overWay(place, `download "${root}"`, options, async (open, signal) => {
    const target = local ? local.target() : new StreamTreeTarget(sink as WritableStream);
    const free = options.way === undefined && place.runs && !options.skipEqual;
    const { way, entries, omitted } = free && open.way === "sftp"
      ? await openFasterSource(place, root, open.channel, signal)
      : openSource(place, root, open, signal);
    const count = await copyTree(entries, target, {
      ...options,
      owners: options.owners ?? !local,
      signal,
      verb: "download",
      meter: new Meter("download", null, options.onProgress ?? (() => {})),
    });
    return { way, ...count, omitted };
  });
}

/** Opens the way, and closes it afterwards. */
async function overWay(
  place: TreePlace,
  what: string,
  options: TreeOptions,
  run: (open: OpenWay, signal: AbortSignal) => Promise<TreeSummary>,
): Promise<TreeSummary> {
  return await limited(options, what, async (outer) => {
    const stop = new AbortController();
    const signal = outer ? AbortSignal.any([outer, stop.signal]) : stop.signal;
    const open = await openWay(place, options.way, signal);
    try {
      return await run(open, signal);
    } finally {
      if (open.way === "sftp") await open.channel.close();
      // What was asked for ahead goes, too.
      stop.abort();
    }
  });
}

async function targetOf(
  place: TreePlace,
  root: string,
  open: OpenWay,
  signal: AbortSignal | undefined,
): Promise<TreeTarget> {
  if (open.way === "sftp") return new SftpTreeTarget(open.channel, root);
  if (open.way === "tar") return await TarTreeTarget.open(place, root, signal);
  return new FilesTreeTarget(place.files, root, signal);
}

/** The local file system, where an end of the tree is a path of it: loaded where it is needed alone. */
async function localEnd(end: TreeSource | TreeSink) {
  if (typeof end !== "string" && !(end instanceof URL)) return undefined;
  const { localPath, localEntries, LocalTreeTarget, measureLocal } = await import(
    "../../../connectors/local_files/local_files.ts"
  );
  const path = localPath(end);
  return {
    entries: (omitted: string[]) => localEntries(path, omitted),
    measure: () => measureLocal(path),
    target: () => new LocalTreeTarget(path),
  };
}

/** The files API takes no times, and so none can be compared afterwards. */
function refuseTimes({ times, skipEqual }: TreeOptions): void {
  if (!times && !skipEqual) return;
  throw new UnsupportedError(
    `Cannot ${times ? "keep the times" : "leave out what is equal"} of an upload by the files API`,
  );
}
