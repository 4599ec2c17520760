import { chunksOf, concat } from "../../../core/streams.ts";
import { Interrupt } from "../../../core/tree/interrupt.ts";
import { BLOCK } from "../../../core/tree/tar_header.ts";
import { TarProcess } from "./tar_process.ts";
import type { TreePlace } from "./way.ts";

/** How much is put together to be sent at once, in bytes. */
const BATCH = 64 * 1024;

/** A tarball on its way into a `tar` that unpacks it in an instance. */
export class TarInput {
  readonly #tar: TarProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #ended = new Interrupt();
  #turn: Promise<void> = Promise.resolve();
  #batch: Uint8Array[] = [];
  #size = 0;

  private constructor(tar: TarProcess) {
    this.#tar = tar;
    this.#stdin = tar.process.stdin.getWriter();
    tar.success.catch((error) => this.#ended.fail(error));
  }

  /** Starts `tar` in a directory. */
  static async start(
    place: TreePlace,
    root: string,
    signal: AbortSignal | undefined,
  ): Promise<TarInput> {
    const args = ["-xpf", "-", "-C", root];
    const tar = await TarProcess.start(place, args, `upload to "${root}"`, signal);
    tar.process.stdout.cancel();
    return new TarInput(tar);
  }

  /** Sends parts that belong together, after what was asked for before. */
  append(...parts: (Uint8Array | ReadableStream<Uint8Array>)[]): Promise<void> {
    const turn = this.#turn.then(async () => {
      for (const part of parts) {
        if (part instanceof Uint8Array) await this.#put(part);
        else for await (const chunk of chunksOf(part)) await this.#put(chunk);
      }
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Ends the tarball, and waits until all of it is unpacked. */
  async end(): Promise<void> {
    await this.append(new Uint8Array(2 * BLOCK));
    await this.#flush();
    await this.#ended.beside(this.#stdin.close());
    await this.#tar.success;
  }

  /** Ends `tar` where it still runs. */
  async dispose(): Promise<void> {
    await this.#tar.process[Symbol.asyncDispose]();
  }

  async #put(bytes: Uint8Array): Promise<void> {
    this.#batch.push(bytes);
    this.#size += bytes.length;
    if (this.#size >= BATCH) await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = concat(this.#batch);
    this.#batch = [];
    this.#size = 0;
    try {
      await this.#ended.beside(this.#stdin.write(bytes));
    } catch (error) {
      // A `tar` that takes no more says why when it ends.
      await this.#tar.success;
      throw error;
    }
  }
}
