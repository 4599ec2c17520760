import { ConfigurationError, UnsupportedError } from "../errors.ts";

/** What places are found by. */
export interface Surroundings {
  /** The operating system as Node names it, such as `linux`, `darwin` or `win32`. */
  readonly platform: string;
  /** Joins parts of a path in the way of the operating system. */
  join(...parts: string[]): string;
  /** A variable of the environment; undefined where it is not set, or empty. */
  env(name: string): string | undefined;
  /** The user's home. */
  home(): string;
}

/** The files and the environment of this machine, on every runtime that has Node's modules. */
export interface System extends Surroundings {
  /** The text of a file; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /**
   * Writes a file in one step: whoever reads it meanwhile sees the old one or the new one. Makes the
   * folder. The mode is the most that others may do: a file that is there allows no more than before.
   */
  write(path: string, text: string, mode: number): Promise<void>;
  /** Removes a file; does nothing where there is none. */
  remove(path: string): Promise<void>;
}

/** What is used of `node:fs/promises`. */
interface NodeFiles {
  readFile(path: string, encoding: "utf8"): Promise<string>;
  realpath(path: string): Promise<string>;
  stat(path: string): Promise<{ mode: number }>;
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>;
  open(path: string, flags: "wx", mode: number): Promise<{
    chmod(mode: number): Promise<void>;
    writeFile(text: string): Promise<void>;
    sync(): Promise<void>;
    close(): Promise<void>;
  }>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: true }): Promise<void>;
}

/** What is used of `node:path`. */
interface NodePath {
  join(...parts: string[]): string;
  dirname(path: string): string;
}

/** What is used of `process`. */
interface NodeProcess {
  platform: string;
  env: Record<string, string | undefined>;
  getBuiltinModule?(name: string): unknown;
}

/**
 * The files and the environment of this machine. Nothing is read before it is asked for.
 *
 * @throws {UnsupportedError} when the runtime has none, as browsers have not.
 */
export function nodeSystem(): System {
  const { process } = globalThis as { process?: NodeProcess };
  if (!process?.getBuiltinModule) {
    throw new UnsupportedError("Cannot read remotes: this runtime has no files");
  }
  return new NodeSystem(
    process,
    process.getBuiltinModule("node:fs/promises") as NodeFiles,
    process.getBuiltinModule("node:path") as NodePath,
    process.getBuiltinModule("node:os") as { homedir(): string },
  );
}

class NodeSystem implements System {
  readonly platform: string;
  readonly #process: NodeProcess;
  readonly #files: NodeFiles;
  readonly #path: NodePath;
  readonly #os: { homedir(): string };

  constructor(process: NodeProcess, files: NodeFiles, path: NodePath, os: { homedir(): string }) {
    this.platform = process.platform;
    this.#process = process;
    this.#files = files;
    this.#path = path;
    this.#os = os;
  }

  join(...parts: string[]): string {
    return this.#path.join(...parts);
  }

  env(name: string): string | undefined {
    try {
      return this.#process.env[name] || undefined;
    } catch (cause) {
      throw refused(`read the variable ${name}`, `--allow-env=${name}`, cause);
    }
  }

  home(): string {
    const named = this.env(this.platform === "win32" ? "USERPROFILE" : "HOME");
    if (named) return named;
    try {
      return this.#os.homedir();
    } catch (cause) {
      throw refused("find the user's home", "--allow-sys=homedir", cause);
    }
  }

  async read(path: string): Promise<string | undefined> {
    try {
      return await this.#files.readFile(path, "utf8");
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw failed("read", path, cause);
    }
  }

  async write(path: string, text: string, mode: number): Promise<void> {
    const files = this.#files;
    try {
      await files.mkdir(this.#path.dirname(path), { recursive: true, mode: 0o700 });
      // Some keep the file elsewhere, and a link to it here: the link is to stay.
      const target = await orMissing(files.realpath(path)) ?? path;
      const before = await orMissing(files.stat(target));
      const draft = `${target}.${crypto.randomUUID()}`;
      try {
        const file = await files.open(draft, "wx", mode);
        try {
          if (before) await file.chmod(before.mode & mode);
          await file.writeFile(text);
          await file.sync();
        } finally {
          await file.close();
        }
        await files.rename(draft, target);
      } catch (error) {
        await files.rm(draft, { force: true });
        throw error;
      }
    } catch (cause) {
      throw failed("write", path, cause);
    }
  }

  async remove(path: string): Promise<void> {
    try {
      await this.#files.rm(path, { force: true });
    } catch (cause) {
      throw failed("remove", path, cause);
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "");
}

async function orMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const WORDS: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  EROFS: "it lies where nothing can be written",
  ENOSPC: "no space is left",
};

function failed(verb: "read" | "write" | "remove", path: string, cause: unknown): Error {
  if ((cause as Error).name === "NotCapable") {
    // What is written is written beside it first, so the folder has to be allowed.
    const flag = verb === "read" ? "--allow-read" : "--allow-read and --allow-write";
    return refused(`${verb} "${path}"`, `${flag} for its folder`, cause);
  }
  const why = WORDS[codeOf(cause) ?? ""] ?? (cause as Error).message;
  return new ConfigurationError(`Cannot ${verb} "${path}": ${why}`, { path, cause });
}

function refused(what: string, flags: string, cause: unknown): Error {
  if ((cause as Error).name !== "NotCapable") return cause as Error;
  return new ConfigurationError(
    `Cannot ${what}: Deno lacks a permission for it. Run Deno with ${flags}`,
    { cause },
  );
}
