import { TruncatedError } from "../../../errors.ts";
import { chunksOf } from "../../../core/streams.ts";
import type { InstanceProcess } from "../process.ts";
import { startProcess } from "../process_start.ts";
import type { TreePlace } from "./way.ts";

/** The most that is kept of what tar complains of, in bytes. */
const MAX_COMPLAINT = 4096;

/** A `tar` that runs in an instance, and what it complains of. */
export class TarProcess {
  /** The process. */
  readonly process: InstanceProcess;
  /** Rejects when it ends in failure. */
  readonly success: Promise<void>;
  readonly #what: string;

  private constructor(process: InstanceProcess, what: string) {
    this.process = process;
    this.#what = what;
    this.success = this.#end(firstWords(process.stderr));
    this.success.catch(() => {});
  }

  /** Starts it. `what` completes the sentence "Cannot ...". */
  static async start(
    { session, owner }: TreePlace,
    args: string[],
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<TarProcess> {
    const command = ["tar", ...args];
    return new TarProcess(await startProcess(session, `${owner}/exec`, command, { signal }), what);
  }

  async #end(complaint: Promise<string>): Promise<void> {
    const { success, code } = await this.process.status;
    if (success) return;
    const words = (await complaint).trim().split("\n")[0] || "it did not say why";
    throw new TruncatedError(
      `Cannot ${this.#what}: tar in the instance ended with code ${code}: ${words}`,
    );
  }
}

/** The beginning of a stream that is read to its end. */
async function firstWords(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of chunksOf(stream)) {
      if (text.length < MAX_COMPLAINT) text += decoder.decode(chunk, { stream: true });
    }
  } catch {
    // Why it broke off, the status tells.
  }
  return text;
}
