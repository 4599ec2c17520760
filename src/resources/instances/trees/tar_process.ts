import { TruncatedError } from "../../../errors.ts";
import { chunksOf } from "../../../core/streams.ts";
import type { InstanceProcess } from "../process.ts";
import { startProcess } from "../process_start.ts";
import type { TreePlace } from "./way.ts";

/** The most that is kept of a line that tar complains with. */
const MAX_LINE = 4096;
/** Of a file that grew, GNU's tar has packed what there was when it began, as is asked of it. */
const BORNE = /: file changed as we read it$/;

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
    this.success = this.#end(complaintsOf(process.stderr));
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
    // What it complains of is read here.
    const environment = { LC_ALL: "C" };
    const options = { signal, environment };
    return new TarProcess(await startProcess(session, `${owner}/exec`, command, options), what);
  }

  async #end(complaints: Promise<Complaints>): Promise<void> {
    const { success, code } = await this.process.status;
    if (success) return;
    const { borne, first } = await complaints;
    if (code === 1 && borne && first === "") return;
    const words = first || "it did not say why";
    throw new TruncatedError(
      `Cannot ${this.#what}: tar in the instance ended with code ${code}: ${words}`,
    );
  }
}

/** What a tar complains of. */
interface Complaints {
  /** Whether there is something that is borne with. */
  borne: boolean;
  /** The first line of all else. */
  first: string;
}

/** What there is in a stream, which is read to its end. */
async function complaintsOf(stream: ReadableStream<Uint8Array>): Promise<Complaints> {
  const decoder = new TextDecoder();
  const complaints = { borne: false, first: "" };
  const add = (line: string) => {
    if (BORNE.test(line)) complaints.borne = true;
    else complaints.first ||= line.trim();
  };
  let rest = "";
  try {
    for await (const chunk of chunksOf(stream)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop()!.slice(0, MAX_LINE);
      lines.forEach(add);
    }
    add(rest);
  } catch {
    // Why it broke off, the status tells.
  }
  return complaints;
}
