import type { Session } from "../../core/session.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import { type Download, download, type DownloadOptions } from "../../core/transfer.ts";
import type { InstanceDebugRepairPost } from "../../types/mod.ts";

/** Options of downloading the memory of a virtual machine. */
export interface MemoryDumpOptions extends DownloadOptions {
  /** The form of the file, such as `elf`. Default: the server's. */
  format?: string;
}

/** What helps with an instance that is in trouble: `/1.0/instances/{name}/debug`. Incus only. */
export class InstanceDebug {
  readonly #session: Session;
  readonly #path: string;
  readonly #label: string;

  /** @ignore */
  constructor(session: Session, path: string, label: string) {
    this.#session = session;
    this.#path = path;
    this.#label = label;
  }

  /**
   * Downloads the memory of a virtual machine: `GET /1.0/instances/{name}/debug/memory`. Needs the API
   * extension `instance_debug_memory`.
   */
  async memory(options: MemoryDumpOptions = {}): Promise<Download> {
    const what = `dump the memory of ${this.#label}`;
    this.#session.require("instance_debug_memory", what);
    const { format } = options;
    return await download(this.#session, `${this.#path}/memory`, what, options, {
      query: { format },
    });
  }

  /**
   * Has the server repair it: `POST /1.0/instances/{name}/debug/repair`. Needs the API extension
   * `instances_debug_repair`.
   */
  repair(action: InstanceDebugRepairPost["action"], options: MutationOptions = {}): Task<void> {
    const what = `repair ${this.#label}`;
    this.#session.require("instances_debug_repair", what);
    return new Task(this.#session, what, options, async (step) => {
      await step("POST", `${this.#path}/repair`, { json: { action } });
    });
  }
}
