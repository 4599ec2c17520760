import { type Document, isMap, LineCounter, parseDocument } from "yaml";
import { ConfigurationError } from "../errors.ts";

/** What a `config.yml` says of one remote; values are text as it stands there. */
export interface RemoteFields {
  /** Where it is: one address, or more of them with commas between. */
  addr: string;
  /** How the tool proves who it is: `tls` or `oidc`. */
  auth_type?: string;
  /** The address that answered last. */
  last_working_address?: string;
  /** The project that calls go to. */
  project?: string;
  /** What it speaks. */
  protocol?: string;
  /** Whether it is used without a certificate. */
  public?: string;
}

const KEYS = ["auth_type", "last_working_address", "project", "protocol", "public"];

/** A `config.yml` of `lxc` or `incus`. What is not known of it, and its comments, stay when it is changed. */
export class ConfigFile {
  /** Where it lies. */
  readonly path: string;
  /** The remote that the tool uses where none is named; undefined where the file names none. */
  readonly defaultRemote: string | undefined;
  /** The remotes by name. */
  readonly remotes: ReadonlyMap<string, RemoteFields>;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /**
   * Reads the text of the file.
   *
   * @throws {ConfigurationError} when it is no YAML, or not of the form that the tools write.
   */
  constructor(path: string, text: string) {
    this.path = path;
    this.#lines = new LineCounter();
    // Every scalar is text, as it is for the tools: a remote or project may be named `10` or `yes`.
    this.#document = parseDocument(text, {
      schema: "failsafe",
      lineCounter: this.#lines,
      prettyErrors: false,
      // Its warnings would go to the console, with pieces of the file.
      logLevel: "error",
    });
    const [error] = this.#document.errors;
    // The words of the library can hold a piece of the file, the code of the error cannot.
    if (error) throw this.#broken(error.pos[0], error.code.toLowerCase().replaceAll("_", " "));
    const content = this.#read();
    const name = content["default-remote"];
    this.defaultRemote = typeof name === "string" && name ? name : undefined;
    this.remotes = this.#readRemotes(content.remotes);
  }

  /**
   * The text of the file with another remote in it.
   *
   * @throws {ConfigurationError} when the file holds what cannot be written back.
   */
  with(name: string, fields: RemoteFields): string {
    const document = this.#document.clone();
    if (isMap(document.get("remotes"))) {
      document.setIn(["remotes", name], document.createNode(fields));
    } else {
      document.set("remotes", document.createNode({ [name]: fields }));
    }
    return this.#textOf(document);
  }

  /**
   * The text of the file without a remote.
   *
   * @throws {ConfigurationError} when the file holds what cannot be written back.
   */
  without(name: string): string {
    const document = this.#document.clone();
    document.deleteIn(["remotes", name]);
    return this.#textOf(document);
  }

  /** Not all that can be read can be written, such as a value that is there and empty. */
  #textOf(document: Document): string {
    try {
      return document.toString({ lineWidth: 0 });
    } catch {
      const { path } = this;
      throw new ConfigurationError(
        `Cannot change "${path}": it holds YAML that cannot be written back. Change it by hand`,
        { path },
      );
    }
  }

  #read(): Record<string, unknown> {
    let content: unknown;
    try {
      content = this.#document.toJS();
    } catch {
      throw this.#broken(0, "an alias stands for nothing");
    }
    if (isRecord(content)) return content;
    if (!content) return {};
    throw this.#broken(0, "it has to hold keys with values");
  }

  #readRemotes(remotes: unknown): Map<string, RemoteFields> {
    if (!remotes) return new Map();
    if (!isRecord(remotes)) throw this.#brokenAt(["remotes"], "remotes has to hold names");
    for (const [name, fields] of Object.entries(remotes)) {
      if (!isRecord(fields) || typeof fields.addr !== "string" || !fields.addr.trim()) {
        throw this.#brokenAt(["remotes", name], `the remote "${name}" has no addr`);
      }
      const odd = KEYS.find((key) => fields[key] && typeof fields[key] !== "string");
      if (odd) {
        throw this.#brokenAt(["remotes", name, odd], `${odd} of the remote "${name}" is no text`);
      }
    }
    return new Map(Object.entries(remotes as Record<string, RemoteFields>));
  }

  #brokenAt(place: string[], why: string): ConfigurationError {
    const node = this.#document.getIn(place, true) as { range?: [number] } | undefined;
    return this.#broken(node?.range?.[0] ?? 0, why);
  }

  #broken(offset: number, why: string): ConfigurationError {
    const { path } = this;
    const { line } = this.#lines.linePos(offset);
    return new ConfigurationError(`Cannot read "${path}": line ${line || 1}: ${why}`, { path });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
