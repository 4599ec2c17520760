import { type CallOptions, limited } from "../../core/call.ts";
import { Document, type Readable, type Replaceable } from "../../core/document.ts";
import { path, segment } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import { bodyOf, type Bytes, collect } from "../../core/streams.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import type {
  InstanceNVRAMVariable,
  InstanceNVRAMVariablePut,
  InstanceUEFIVars,
} from "../../types/mod.ts";

/**
 * The firmware's variables of a virtual machine on LXD: `/1.0/instances/{name}/uefi-vars`. It has to
 * be stopped. Needs the API extension `instances_uefi_vars`.
 */
export interface InstanceUefiVariables
  extends Readable<InstanceUEFIVars>, Replaceable<InstanceUEFIVars> {}

/** The one implementation of {@linkcode InstanceUefiVariables}. */
export class UefiVariablesDocument extends Document<InstanceUEFIVars>
  implements InstanceUefiVariables {
  readonly #instance: string;

  constructor(session: Session, instance: string) {
    super(session, {});
    this.#instance = instance;
  }

  /** @internal */
  protected override get label(): string {
    return `the firmware variables of instance "${this.#instance}"`;
  }

  /** @internal */
  protected override get path(): string {
    this.session.require("instances_uefi_vars", `use ${this.label}`);
    return path`/1.0/instances/${this.#instance}/uefi-vars`;
  }
}

/** Options of writing the bytes of a variable. */
export interface NvramWriteOptions extends MutationOptions {
  /** The attributes as a bit mask. */
  attributes?: number;
  /** When an authenticated variable was signed. */
  timestamp?: Date;
}

/**
 * The firmware's variables of a virtual machine on Incus: `/1.0/instances/{name}/nvram`. A variable is
 * named by a GUID and a name. Needs the API extension `instance_nvram`.
 */
export class InstanceNvram {
  readonly #session: Session;
  readonly #instance: string;

  /** @ignore */
  constructor(session: Session, instance: string) {
    this.#session = session;
    this.#instance = instance;
  }

  /** All variables, by GUID and then by name. */
  async list(
    options: CallOptions = {},
  ): Promise<Record<string, Record<string, InstanceNVRAMVariable>>> {
    return await this.#session.get(this.#path, { ...options, query: { recursion: 2 } });
  }

  /** The variables of one GUID by name. */
  async listOf(
    guid: string,
    options: CallOptions = {},
  ): Promise<Record<string, InstanceNVRAMVariable>> {
    const path = `${this.#path}/${segment(guid)}`;
    return await this.#session.get(path, { ...options, query: { recursion: 1 } });
  }

  /** A handle on one variable without any request; it may not exist. */
  at(guid: string, name: string): NvramVariable {
    const path = `${this.#path}/${segment(guid)}/${segment(name)}`;
    return new NvramVariable(this.#session, name, path);
  }

  /**
   * Changes many variables in one request, by GUID and then by name; null deletes one. Needs the API
   * extension `instance_nvram_bulk_update`, too.
   */
  change(
    variables: Record<string, Record<string, InstanceNVRAMVariablePut | null>>,
    options: MutationOptions = {},
  ): Task<void> {
    this.#session.require("instance_nvram_bulk_update", "change firmware variables together");
    const path = this.#path;
    return new Task(this.#session, "change firmware variables", options, async (step) => {
      await step("PATCH", path, { json: variables });
    });
  }

  get #path(): string {
    this.#session.require("instance_nvram", "use the firmware variables of an instance");
    return path`/1.0/instances/${this.#instance}/nvram`;
  }
}

/** One variable of the firmware: `/1.0/instances/{name}/nvram/{guid}/{variable}`. */
export class NvramVariable {
  /** Its name, unique under its GUID. */
  readonly name: string;
  readonly #session: Session;
  readonly #path: string;

  /** @ignore */
  constructor(session: Session, name: string, path: string) {
    this.#session = session;
    this.name = name;
    this.#path = path;
  }

  /** Reads it, taken apart as far as the server can. */
  async get(options: CallOptions = {}): Promise<InstanceNVRAMVariable> {
    return await this.#session.get(this.#path, options);
  }

  /** Reads its bytes. */
  async read(options: CallOptions = {}): Promise<Bytes> {
    const what = `read ${this.#label}`;
    return await limited(options, what, async (signal) => {
      const headers = { accept: "application/octet-stream" };
      const response = await this.#session.exchange("GET", this.#path, { headers, signal });
      return await collect(bodyOf(response, what, signal).readable);
    });
  }

  /** Writes its bytes. */
  write(data: Bytes, options: NvramWriteOptions = {}): Task<void> {
    const { attributes, timestamp } = options;
    const headers = {
      ...attributes === undefined ? {} : { "X-Incus-attributes": String(attributes) },
      ...timestamp && { "X-Incus-timestamp": String(Math.floor(timestamp.getTime() / 1000)) },
    };
    return new Task(this.#session, `write ${this.#label}`, options, async (step) => {
      await step("PUT", this.#path, { bytes: data, headers });
    });
  }

  /** Deletes it. */
  delete(options: MutationOptions = {}): Task<void> {
    return new Task(this.#session, `delete ${this.#label}`, options, async (step) => {
      await step("DELETE", this.#path);
    });
  }

  get #label(): string {
    return `firmware variable "${this.name}"`;
  }
}
