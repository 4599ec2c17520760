import { type CallOptions, limited } from "../../core/call.ts";
import { Document } from "../../core/document.ts";
import type { Session } from "../../core/session.ts";
import type { ByteSource } from "../../core/streams.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import { type Download, download, type DownloadOptions, uploadOf } from "../../core/transfer.ts";
import type { ImageMetadata } from "../../types/mod.ts";

/**
 * What an instance has of its image's metadata: `/1.0/instances/{name}/metadata`. Needs the API
 * extension `container_edit_metadata`.
 *
 * No known server compares the ETag of a `PUT` here: of two edits at the very same time one may be
 * lost.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * const { metadata } = client.instances.at("web");
 * await metadata.templates.write("motd.tpl", "Welcome to {{ container.name }}\n");
 * await metadata.edit((it) => {
 *   it.templates = { "/etc/motd": { template: "motd.tpl", when: ["start"] } };
 * });
 * ```
 */
export class InstanceMetadata extends Document<ImageMetadata> {
  readonly #path: string;
  readonly #label: string;

  /** @ignore */
  constructor(session: Session, path: string, label: string) {
    super(session, {});
    this.#path = path;
    this.#label = label;
  }

  /** The templates of its files. */
  get templates(): InstanceTemplates {
    return new InstanceTemplates(this.session, `${this.path}/templates`);
  }

  /** @internal */
  protected override get label(): string {
    return this.#label;
  }

  /** @internal */
  protected override get path(): string {
    this.session.require("container_edit_metadata", `use ${this.#label}`);
    return this.#path;
  }
}

/**
 * The templates that an instance makes files of: `/1.0/instances/{name}/metadata/templates`. The
 * `templates` of its metadata say which files, and when.
 */
export class InstanceTemplates {
  readonly #session: Session;
  readonly #path: string;

  /** @ignore */
  constructor(session: Session, path: string) {
    this.#session = session;
    this.#path = path;
  }

  /** The names of the templates. */
  async names(options: CallOptions = {}): Promise<string[]> {
    return await this.#session.get<string[] | null>(this.#path, options) ?? [];
  }

  /**
   * Opens a template for reading.
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  async open(name: string, options: DownloadOptions = {}): Promise<Download> {
    const query = queryOf(name);
    return await download(this.#session, this.#path, `read template "${name}"`, options, { query });
  }

  /** Reads a whole template as UTF-8: see {@linkcode InstanceTemplates.open}. */
  async readText(name: string, options: CallOptions = {}): Promise<string> {
    return await limited(options, `read template "${name}"`, async (signal) => {
      return await new Response((await this.open(name, { signal })).readable).text();
    });
  }

  /** Writes a template, in place of one that has the name. */
  write(name: string, data: ByteSource, options: MutationOptions = {}): Task<void> {
    const query = queryOf(name);
    return new Task(this.#session, `write template "${name}"`, options, async (step) => {
      await step("POST", this.#path, {
        query,
        ...uploadOf(this.#session, data, options.onProgress),
      });
    });
  }

  /** Deletes a template. */
  delete(name: string, options: MutationOptions = {}): Task<void> {
    const query = queryOf(name);
    return new Task(this.#session, `delete template "${name}"`, options, async (step) => {
      await step("DELETE", this.#path, { query });
    });
  }
}

/** Without a name the server would answer with the list. */
function queryOf(name: string): { path: string } {
  if (name !== "") return { path: name };
  throw new TypeError('Cannot use "" as the name of a template');
}
