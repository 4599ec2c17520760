import { SMALL, type TreeEntry } from "../../../core/tree/entry.ts";
import { below } from "../../../core/tree/entry.ts";
import { readTar } from "../../../core/tree/tar_reader.ts";
import { collect } from "../../../core/streams.ts";
import { TarProcess } from "./tar_process.ts";
import type { TreePlace } from "./way.ts";

/** The entries of a directory in a running instance, as its own `tar` packs them. */
export async function* tarEntries(
  place: TreePlace,
  root: string,
  omitted: string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<TreeEntry, void> {
  const args = ["-cf", "-", "-C", root, "."];
  const tar = await TarProcess.start(place, args, `download "${root}"`, signal);
  const hardLinks: TreeEntry[] = [];
  try {
    await tar.process.stdin.close();
    try {
      yield* readTar(tar.process.stdout, { hardLinks, omitted });
    } catch (error) {
      // A `tar` that fails ends its output, too, and knows why.
      await tar.success;
      throw error;
    }
    await tar.success;
  } finally {
    await tar.process[Symbol.asyncDispose]();
  }
  // Their content came with the first of the names, and is gone.
  for (const link of hardLinks) {
    const { info, readable } = await place.files.open(below(root, link.path), { signal });
    const size = info.size ?? 0;
    yield { ...link, size, data: size <= SMALL ? await collect(readable) : readable };
  }
}
