import type { Client } from "../client.ts";
import { connect, type ConnectOptions } from "../connect.ts";
import type { AccessToken, ClientIdentity } from "../connector.ts";
import type { CallOptions } from "../core/call.ts";
import { derOf } from "../core/certificate.ts";
import type { Dialect } from "../core/dialect.ts";
import { ConfigurationError, ConnectionError, TimeoutError } from "../errors.ts";
import type { Access } from "../join.ts";
import { ConfigFile, type RemoteFields } from "./config_file.ts";
import { CredentialFiles } from "./credential_files.ts";
import { addressOf, certificateOf, checkName, withPort } from "./new_remote.ts";
import type { ConfigPlace } from "./places.ts";
import { BUILT_IN, LOCAL, mergeRemotes, type Remote } from "./remote.ts";
import type { System } from "./system.ts";

/** Where in a remote calls go, and how long connecting may take. */
export interface RemoteScopeOptions extends CallOptions {
  /** The project that calls go to. Default: that of the remote; `INCUS_PROJECT` goes before it. */
  project?: string;
  /** The cluster member that calls go to. Default: the server's choice. */
  target?: string;
  /**
   * An access token, or what gives one, in place of the certificate or token that the tool would use:
   * the token that the tool keeps for OpenID Connect is not renewed here.
   */
  accessToken?: AccessToken;
  /** The most that each address of the remote may take, in milliseconds. Default: 30,000. */
  timeout?: number;
}

/** Options of adding a remote. */
export interface AddRemoteOptions extends CallOptions {
  /** The project that calls go to. Default: the server's own default. */
  project?: string;
}

/** The files of one configuration, as they were read. */
export interface ConfigSources {
  /** Whose configuration it is. */
  dialect: Dialect;
  /** Where it lies. */
  place: ConfigPlace;
  /** The user's own `config.yml`; undefined where there is none. */
  user: ConfigFile | undefined;
  /** That of all users of the machine; undefined where there is none. */
  global: ConfigFile | undefined;
}

/** The remotes in the configuration of `lxc` or of `incus`, from {@linkcode readRemotes}. */
export class Remotes {
  /** Whose configuration it is: that of `lxc` or of `incus`. */
  readonly dialect: Dialect;
  /** The folder of the configuration, with `config.yml` and the certificates. */
  readonly directory: string;
  readonly #system: System;
  readonly #place: ConfigPlace;
  readonly #credentials: CredentialFiles;
  readonly #global: ConfigFile | undefined;
  #user: ConfigFile | undefined;
  #remotes: ReadonlyMap<string, Remote>;
  #changing: Promise<unknown> = Promise.resolve();

  /** @ignore */
  constructor(system: System, { dialect, place, user, global }: ConfigSources) {
    this.dialect = dialect;
    this.directory = place.directory;
    this.#system = system;
    this.#place = place;
    this.#credentials = new CredentialFiles(system, place);
    this.#global = global;
    this.#user = user;
    this.#remotes = this.#merged();
  }

  /** All remotes: the user's own, those of all users of the machine, and those built into the tool. */
  get list(): readonly Remote[] {
    return [...this.#remotes.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** The remote that is meant where none is named: `INCUS_REMOTE` or `LXC_REMOTE`, else what the file says. */
  get defaultRemote(): string {
    const variable = this.dialect === "lxd" ? "LXC_REMOTE" : "INCUS_REMOTE";
    return this.#system.env(variable) ?? this.#user?.defaultRemote ?? LOCAL;
  }

  /** Whether there is a remote of that name. */
  has(name: string): boolean {
    return this.#remotes.has(name);
  }

  /**
   * The remote of that name, or the default one.
   *
   * @throws {ConfigurationError} when there is none.
   */
  get(name: string = this.defaultRemote): Remote {
    const remote = this.#remotes.get(name);
    if (remote) return remote;
    throw new ConfigurationError(
      `Cannot find the remote "${name}": the configuration in "${this.directory}" has ` +
        `${this.list.map((it) => it.name).join(", ")}`,
      { path: this.#path },
    );
  }

  /**
   * Connects to a remote, or to the default one, with the certificates, the key and the project that
   * the tool would use. They are read when they are needed, and not kept. The addresses of a remote
   * are tried in turn.
   *
   * @throws {ConfigurationError} when there is no such remote, or its certificate, key or token is
   * missing or cannot be used, as an encrypted key cannot.
   * @throws {ConnectionError} when no address can be reached, another server answers there, or the
   * remote is no server but a list of images.
   */
  async connect(name?: string, options: RemoteScopeOptions = {}): Promise<Client> {
    const remote = this.get(name);
    const ways = await this.#waysTo(remote, options);
    const failures: string[] = [];
    for (const way of ways) {
      try {
        return await connect(way);
      } catch (error) {
        options.signal?.throwIfAborted();
        const unreached = error instanceof ConnectionError || error instanceof TimeoutError;
        if (!unreached || ways.length === 1) throw error;
        failures.push(error.message);
      }
    }
    throw new ConnectionError(
      `Cannot connect to the remote "${remote.name}" at any of its addresses:\n- ${
        failures.join("\n- ")
      }`,
      { reason: "unreachable", address: remote.addresses.join(", ") },
    );
  }

  /**
   * The certificate and key that the tool would use for a remote, or for any new one; undefined where
   * it has none yet. Join with it, so that the remote can be added.
   *
   * @throws {ConfigurationError} when a file is missing or cannot be used.
   */
  async identity(name?: string): Promise<ClientIdentity | undefined> {
    const stored = await this.#credentials.identity(
      name === undefined ? undefined : this.get(name),
    );
    return stored && { cert: stored.cert, key: stored.key };
  }

  /**
   * Adds a remote, for this package and for the tool: writes `config.yml`, the server's certificate and,
   * where the tool has no such one yet, the client's certificate and key. `access` is what
   * {@linkcode joinServer} gives; where it holds a fingerprint alone, the server is asked for its
   * certificate. Each file is replaced in one step, keys can be read by their owner alone, and what
   * else stands in `config.yml` stays, comments included.
   *
   * `lxc` has one client certificate for all remotes: where there is one, join with `identity()`.
   *
   * @example
   * ```ts
   * import { joinServer } from "@lxkit/client";
   * import { readRemotes } from "@lxkit/client/remotes";
   * import { createCertificate } from "@lxkit/client/trust";
   *
   * const remotes = await readRemotes({ dialect: "incus" });
   * const identity = await remotes.identity() ?? await createCertificate({ name: "laptop" });
   * await remotes.add("lab", await joinServer({ token: prompt("Token:")!, ...identity }));
   * ```
   *
   * @throws {ConfigurationError} when there is such a remote already, or a file cannot be written.
   * @throws {TypeError} when the name or the access cannot be used.
   */
  async add(name: string, access: Access, options: AddRemoteOptions = {}): Promise<Remote> {
    checkName(name);
    const addr = addressOf(name, access);
    derOf(access.cert, "cert");
    const serverCert = await certificateOf(name, access, options);
    return await this.#change(async () => {
      const file = await this.#refresh();
      if (this.has(name)) {
        throw new ConfigurationError(`Cannot add the remote "${name}": it exists already`, {
          path: this.#path,
        });
      }
      await this.#storeIdentity(name, access);
      if (serverCert !== undefined) await this.#credentials.writeServerCert(name, serverCert);
      await this.#write(file.with(name, {
        addr,
        auth_type: "tls",
        ...options.project !== undefined && { project: options.project },
        protocol: this.dialect,
        public: "false",
      }));
      return this.get(name);
    });
  }

  /**
   * Removes a remote that the user made, with the certificates and tokens that are for it alone.
   *
   * @throws {ConfigurationError} when there is none, or it is the default one, or the user did not make it.
   */
  async remove(name: string): Promise<void> {
    await this.#change(async () => {
      const file = await this.#refresh();
      const refuse = (why: string) => {
        throw new ConfigurationError(`Cannot remove the remote "${name}": ${why}`, {
          path: this.#path,
        });
      };
      const { origin } = this.get(name);
      if (origin === "built-in") refuse("it is built in");
      if (origin === "global") refuse(`it is for all users, from "${this.#place.global}"`);
      if (name === this.#user?.defaultRemote) refuse("it is the default one");
      await this.#write(file.without(name));
      await this.#credentials.remove(name);
    });
  }

  get #path(): string {
    return this.#system.join(this.directory, "config.yml");
  }

  #merged(): Map<string, Remote> {
    return mergeRemotes({
      dialect: this.dialect,
      user: this.#user?.remotes,
      global: this.#global?.remotes,
    });
  }

  /** What to hand to `connect()` for each address. */
  async #waysTo(remote: Remote, options: RemoteScopeOptions): Promise<ConnectOptions[]> {
    const { name, protocol, addresses, dialect } = remote;
    if (protocol !== "lxd" && protocol !== "incus") {
      throw new ConnectionError(
        `Cannot connect to the remote "${name}": it is no server, but a list of images (${protocol})`,
        { reason: "not-a-server", address: name },
      );
    }
    const { target, signal, timeout } = options;
    const project = options.project ?? this.#projectOverride() ?? remote.project;
    const scope = { project, target, signal, timeout };
    const overHttps = addresses.some((it) => !it.startsWith("unix:"));
    const access = overHttps ? await this.#credentials.read(remote, options.accessToken) : {};
    return addresses.map((address) => {
      if (!address.startsWith("unix:")) {
        // The tools go by the port of HTTPS where none is written.
        return { ...scope, ...access, url: withPort(address, 443) };
      }
      const socket = address.replace(/^unix:(\/\/)?/, "");
      return socket === "" ? { ...scope, dialect } : { ...scope, socket };
    });
  }

  #projectOverride(): string | undefined {
    return this.dialect === "incus" ? this.#system.env("INCUS_PROJECT") : undefined;
  }

  /** Changes come one after the other: each begins with the file that the one before it left. */
  async #change<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#changing.then(change);
    this.#changing = done.catch(() => {});
    return await done;
  }

  /** Reads the user's file again: the tool may have changed it. */
  async #refresh(): Promise<ConfigFile> {
    const text = await this.#system.read(this.#path);
    this.#take(text);
    return this.#user ?? this.#blank();
  }

  async #write(text: string): Promise<void> {
    await this.#system.write(this.#path, text, 0o666);
    this.#take(text);
  }

  #take(text: string | undefined): void {
    this.#user = text === undefined ? undefined : new ConfigFile(this.#path, text);
    this.#remotes = this.#merged();
  }

  /** What the tool itself would begin with: without it, it would miss its list of images. */
  #blank(): ConfigFile {
    const { images, local } = BUILT_IN[this.dialect] as Record<string, RemoteFields>;
    const empty = new ConfigFile(this.#path, `default-remote: ${LOCAL}\nremotes:\naliases: {}\n`);
    const begun = new ConfigFile(this.#path, empty.with("images", images!));
    return new ConfigFile(this.#path, begun.with(LOCAL, local!));
  }

  /** Keeps the client's certificate and key where the tool looks for them. */
  async #storeIdentity(name: string, { cert, key }: ClientIdentity): Promise<void> {
    const files = this.#credentials;
    const shared = await files.identity();
    if (!shared) return await files.writeIdentity(files.sharedStem, { cert, key });
    if (derOf(shared.cert, `"${shared.stem}.crt"`) === derOf(cert, "cert")) return;
    if (this.dialect === "incus") {
      return await files.writeIdentity(files.ownStem(name), { cert, key });
    }
    throw new ConfigurationError(
      `Cannot add the remote "${name}": lxc has one client certificate for all remotes, ` +
        `"${files.sharedStem}.crt", and the server trusts another. Join with that of identity()`,
      { path: `${files.sharedStem}.crt` },
    );
  }
}
