import type { AccessToken, ClientIdentity } from "../connector.ts";
import { ConfigurationError } from "../errors.ts";
import type { RemoteOptions } from "../remote_connector.ts";
import type { ConfigPlace } from "./places.ts";
import type { Remote } from "./remote.ts";
import type { System } from "./system.ts";

/** A certificate and its key, and where they lie. */
export interface StoredIdentity extends ClientIdentity {
  /** The path of both files, without their endings. */
  stem: string;
}

/** The files of one configuration that hold certificates, keys and tokens. Nothing of them is kept. */
export class CredentialFiles {
  readonly #system: System;
  readonly #place: ConfigPlace;

  constructor(system: System, place: ConfigPlace) {
    this.#system = system;
    this.#place = place;
  }

  /** What is needed to reach a remote over HTTPS, and to prove who one is; a token of the caller goes first. */
  async read(remote: Remote, accessToken?: AccessToken): Promise<RemoteOptions> {
    const { directory, global } = this.#place;
    const folder = remote.origin === "global" ? global : directory;
    const serverCert = await this.#system.read(
      this.#join(folder, "servercerts", `${remote.name}.crt`),
    );
    if (accessToken !== undefined || remote.authType === undefined) {
      return { serverCert, accessToken };
    }
    if (remote.authType === "oidc") {
      return { serverCert, accessToken: await this.#accessToken(remote) };
    }
    const identity = await this.identity(remote);
    if (!identity) {
      throw new ConfigurationError(
        `Cannot connect to the remote "${remote.name}": there is no client certificate in "${directory}"`,
        { path: this.#join(directory, "client.crt") },
      );
    }
    // An authority is asked only where no certificate was pinned when the remote was added.
    const ca = serverCert === undefined
      ? await this.#system.read(`${identity.stem}.ca`)
      : undefined;
    return { cert: identity.cert, key: identity.key, serverCert, ca };
  }

  /** The certificate and key for a remote, or those for all that have none of their own. */
  async identity(remote?: Pick<Remote, "name" | "dialect">): Promise<StoredIdentity | undefined> {
    // `incus` alone knows certificates for single remotes.
    if (remote?.dialect === "incus") {
      const { stem, cert, key } = await this.#readPair(this.ownStem(remote.name));
      if (cert !== undefined && key !== undefined) return checked({ stem, cert, key });
    }
    const { stem, cert, key } = await this.#readPair(this.sharedStem);
    if (cert === undefined && key === undefined) return undefined;
    if (cert !== undefined && key !== undefined) return checked({ stem, cert, key });
    const [there, missing] = cert === undefined ? ["key", "crt"] : ["crt", "key"];
    throw new ConfigurationError(
      `Cannot use "${stem}.${there}": there is no "${stem}.${missing}" beside it`,
      { path: `${stem}.${missing}` },
    );
  }

  /** Where the certificate and key for all remotes lie, without their endings. */
  get sharedStem(): string {
    return this.#join(this.#place.directory, "client");
  }

  /** Where the certificate and key of one remote alone lie, without their endings. */
  ownStem(name: string): string {
    return this.#join(this.#place.directory, "clientcerts", name);
  }

  /** Writes a certificate and its key. */
  async writeIdentity(stem: string, identity: ClientIdentity): Promise<void> {
    const { cert, key } = checked({ stem, ...identity });
    await this.#system.write(`${stem}.key`, key, 0o600);
    await this.#system.write(`${stem}.crt`, cert, 0o644);
  }

  /** Pins the certificate of a remote that the user makes. */
  async writeServerCert(name: string, cert: string): Promise<void> {
    const path = this.#join(this.#place.directory, "servercerts", `${name}.crt`);
    await this.#system.write(path, cert, 0o644);
  }

  /** Removes all that belongs to one remote alone. */
  async remove(name: string): Promise<void> {
    const { directory } = this.#place;
    const own = ["crt", "key", "ca"].map((ending) => `${this.ownStem(name)}.${ending}`);
    await Promise.all([
      ...own,
      this.#join(directory, "servercerts", `${name}.crt`),
      this.#join(directory, "oidctokens", `${name}.json`),
      this.#join(directory, "jars", name),
    ].map((path) => this.#system.remove(path)));
  }

  async #readPair(stem: string): Promise<{ stem: string; cert?: string; key?: string }> {
    const [cert, key] = await Promise.all([
      this.#system.read(`${stem}.crt`),
      this.#system.read(`${stem}.key`),
    ]);
    return { stem, cert, key };
  }

  async #accessToken(remote: Remote): Promise<string> {
    const path = this.#join(this.#place.directory, "oidctokens", `${remote.name}.json`);
    const text = await this.#system.read(path);
    try {
      const { access_token: token } = JSON.parse(text ?? "{}") as { access_token?: unknown };
      if (typeof token === "string" && token) return token;
    } catch {
      // The cause would show a piece of the file, and so of the token.
      throw new ConfigurationError(`Cannot read "${path}": it is no JSON`, { path });
    }
    const tool = remote.dialect === "lxd" ? "lxc" : "incus";
    throw new ConfigurationError(
      `Cannot connect to the remote "${remote.name}": there is no access token in "${path}". ` +
        `Log in with \`${tool} info ${remote.name}:\``,
      { path },
    );
  }

  #join(...parts: string[]): string {
    return this.#system.join(...parts);
  }
}

function checked(identity: StoredIdentity): StoredIdentity {
  const { stem, key } = identity;
  const why = /^(-----BEGIN ENCRYPTED|Proc-Type:.*ENCRYPTED)/m.test(key)
    ? "the key is encrypted, and there is nobody to ask for its password"
    : key.includes("-----BEGIN OPENSSH PRIVATE KEY-----")
    ? "the key is in the format of OpenSSH"
    : /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)
    ? undefined
    : "it is no key in PEM";
  if (why === undefined) return identity;
  const path = `${stem}.key`;
  throw new ConfigurationError(
    `Cannot use "${path}": ${why}. Connect with the cert and a plain key in PEM in place of the remote`,
    { path },
  );
}
