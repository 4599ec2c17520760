import { NotFoundError } from "../../errors.ts";
import { type CallOptions, limited } from "../../core/call.ts";
import { nameIn, segment } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import { type Download, download, type DownloadOptions } from "../../core/transfer.ts";

/** The log files that the server keeps of an instance. */
export class InstanceLogs {
  readonly #session: Session;
  readonly #instance: string;
  readonly #path: string;

  /** @ignore */
  constructor(session: Session, instance: string, path: string) {
    this.#session = session;
    this.#instance = instance;
    this.#path = path;
  }

  /** The names of the files. */
  async names(options: CallOptions = {}): Promise<string[]> {
    return await limited(options, `list the logs at ${this.#path}`, async (signal) => {
      try {
        const urls = await this.#session.get<string[] | null>(this.#path, { signal });
        return (urls ?? []).map((url) => nameIn(url, this.#path));
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        // Incus has no folder for the output of commands before the first one.
        await this.#session.send("GET", this.#instance, { signal });
        return [];
      }
    });
  }

  /**
   * Opens a file for reading.
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  async open(name: string, options: DownloadOptions = {}): Promise<Download> {
    return await download(this.#session, this.#pathOf(name), `read log "${name}"`, options);
  }

  /**
   * The URL of a file, for a link: whoever follows it needs credentials of their own, as a browser has
   * them.
   *
   * @throws {UnsupportedError} when the connector has no URLs, as over a Unix socket.
   */
  url(name: string): URL {
    return this.#session.url(this.#pathOf(name));
  }

  /** Reads a whole file as UTF-8: see {@linkcode InstanceLogs.open}. */
  async readText(name: string, options: CallOptions = {}): Promise<string> {
    return await limited(options, `read log "${name}"`, async (signal) => {
      return await new Response((await this.open(name, { signal })).readable).text();
    });
  }

  /**
   * Deletes a file.
   *
   * @throws {ApiError} when the server does not let go of it, such as `lxc.log`. Recent LXD lets go of
   *   none but the output of commands.
   */
  delete(name: string, options: MutationOptions = {}): Task<void> {
    const path = this.#pathOf(name);
    return new Task(this.#session, `delete log "${name}"`, options, async (step) => {
      await step("DELETE", path);
    });
  }

  #pathOf(name: string): string {
    return `${this.#path}/${segment(name)}`;
  }
}

/** What was written on the text console of an instance while nobody was attached to it. */
export class ConsoleLog {
  readonly #session: Session;
  readonly #path: string;

  /** @ignore */
  constructor(session: Session, path: string) {
    this.#session = session;
    this.#path = path;
  }

  /**
   * Opens it for reading: `GET /1.0/instances/{name}/console`.
   *
   * @throws {ApiError} with status 500 on LXD 5.0 while nothing was written.
   */
  async open(options: DownloadOptions = {}): Promise<Download> {
    return await download(this.#session, this.#path, "read the console log", options);
  }

  /** Reads all of it as UTF-8: see {@linkcode ConsoleLog.open}. */
  async readText(options: CallOptions = {}): Promise<string> {
    return await limited(options, "read the console log", async (signal) => {
      return await new Response((await this.open({ signal })).readable).text();
    });
  }

  /** Empties it: `DELETE /1.0/instances/{name}/console`. */
  clear(options: MutationOptions = {}): Task<void> {
    return new Task(this.#session, "clear the console log", options, async (step) => {
      await step("DELETE", this.#path);
    });
  }
}
