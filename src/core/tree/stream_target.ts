import type { Bytes } from "../streams.ts";
import { streamOf } from "../streams.ts";
import type { CheckedEntry, DownloadedEntry, FoundEntry } from "./entry.ts";
import type { TreeTarget } from "./target.ts";

/** A sink of the caller's own as the place that a tree goes to. */
export class StreamTreeTarget implements TreeTarget {
  readonly lanes: number = 16;
  readonly #writer: WritableStreamDefaultWriter<DownloadedEntry>;
  readonly #waiting = new Set<(reason: unknown) => void>();

  constructor(sink: WritableStream<DownloadedEntry>) {
    this.#writer = sink.getWriter();
  }

  find(): Promise<FoundEntry | undefined> {
    return Promise.resolve(undefined);
  }

  async directory(entry: CheckedEntry): Promise<void> {
    await this.#write(entry);
  }

  async symlink(entry: CheckedEntry): Promise<void> {
    await this.#write(entry);
  }

  async file(entry: CheckedEntry, data: Bytes | ReadableStream<Uint8Array>): Promise<void> {
    await this.#write(entry, data);
  }

  async finish(): Promise<void> {
    await this.#writer.close();
  }

  async abort(reason: unknown): Promise<void> {
    // A sink that is stuck in a write does not hold up the failure.
    for (const reject of this.#waiting) reject(reason);
    this.#writer.abort(reason).catch(() => {});
    await Promise.resolve();
  }

  async #write(
    entry: CheckedEntry,
    data: Bytes | ReadableStream<Uint8Array> = new Uint8Array(),
  ): Promise<void> {
    const stream = streamOf(data) as ReadableStream<Bytes>;
    const path = entry.path || ".";
    await this.#orAborted(this.#writer.write({ ...entry, path, data: stream }));
    // What the sink did not want is not waited for.
    if (!stream.locked) await stream.cancel();
  }

  async #orAborted(writing: Promise<void>): Promise<void> {
    let abort: (reason: unknown) => void;
    const aborted = new Promise<never>((_, reject) => abort = reject);
    this.#waiting.add(abort!);
    try {
      await Promise.race([writing, aborted]);
    } finally {
      this.#waiting.delete(abort!);
    }
  }
}
