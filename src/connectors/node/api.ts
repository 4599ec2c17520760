/**
 * What is used of Node's own modules, so that this package compiles where their types are absent.
 * Deno and Bun have them, too.
 *
 * @module
 */

/** Something that tells of events. */
export interface NodeEmitter {
  /** Listens. */
  on(event: string, listener: (...args: never[]) => void): this;
  /** Listens once. */
  once(event: string, listener: (...args: never[]) => void): this;
  /** Listens no more. */
  off(event: string, listener: (...args: never[]) => void): this;
}

/** A socket of `node:net` or `node:tls`. */
export interface NodeSocket extends NodeEmitter {
  /** Stops the flow of bytes. */
  pause(): void;
  /** Lets it go on. */
  resume(): void;
  /** Writes, and calls back once the bytes were taken. */
  write(bytes: Uint8Array, done: (error?: Error | null) => void): boolean;
  /** Ends the writing, and calls back once the other end was told. */
  end(done: () => void): void;
  /** Ends it at once. */
  destroy(error?: Error): void;
  /** Has it keep the program from ending. */
  ref(): void;
  /** Has it keep the program from ending no more. */
  unref(): void;
}

/** A certificate as `node:crypto` reads it. */
export interface NodeCertificate {
  /** SHA-256 of it, in pairs of upper-case hex digits with colons between. */
  readonly fingerprint256: string;
  /** From when it is valid. */
  readonly validFrom: string;
  /** Until when it is valid. */
  readonly validTo: string;
  /** Its public key. */
  readonly publicKey: unknown;
  /** Whether the private key is the one of its public key. */
  checkPrivateKey(key: unknown): boolean;
  /** Whether it names the other as its issuer. */
  checkIssued(other: NodeCertificate): boolean;
  /** Whether the key made its signature. */
  verify(publicKey: unknown): boolean;
}

/** A stream of `node:stream` that takes bytes in and gives bytes out. */
export interface NodeDuplex extends NodeEmitter {
  /** Puts bytes in for whoever reads it; null at the end. */
  push(bytes: Uint8Array | null): boolean;
  /** Ends it at once. */
  destroy(): void;
}

/** What a duplex of `node:stream` is made of. */
export interface NodeDuplexOptions {
  /** Whether it goes on being written once what comes in has ended. */
  allowHalfOpen: boolean;
  /** Called when there is room for more. */
  read(): void;
  /** Sends bytes, and calls back once they were taken. */
  write(bytes: Uint8Array, encoding: unknown, done: (error?: Error | null) => void): void;
  /** Called after the last write. */
  final(done: (error?: Error | null) => void): void;
  /** Called at the end, however it came. */
  destroy(error: Error | null, done: (error: Error | null) => void): void;
}

/** A socket of `node:tls`. */
export interface NodeTlsSocket extends NodeSocket {
  /** The certificate that the server showed. */
  getPeerX509Certificate(): NodeCertificate | undefined;
}

/** What is used of `process`. */
export interface NodeProcess {
  /** The environment. */
  env: Record<string, string | undefined>;
  /** The id of the user; absent on Windows. */
  getuid?(): number;
}

/** The modules. */
export interface NodeModules {
  /** `node:net`. */
  net: { connect(options: { path: string }): NodeSocket };
  /** `node:process`. */
  process: NodeProcess;
  /** `node:stream`. */
  stream: { Duplex: new (options: NodeDuplexOptions) => NodeDuplex };
  /** `node:tls`. */
  tls: { connect(options: Record<string, unknown>): NodeTlsSocket };
  /** `node:crypto`. */
  crypto: {
    X509Certificate: new (pem: string) => NodeCertificate;
    createPrivateKey(pem: string): unknown;
  };
}

/** Gives Node's modules; undefined where the runtime has none, as in browsers. */
export function nodeModules(): NodeModules | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): unknown };
  };
  if (!process?.getBuiltinModule) return undefined;
  const load = <Name extends keyof NodeModules>(name: Name) =>
    process.getBuiltinModule!(`node:${name}`) as NodeModules[Name];
  // Each when it is first used: they take their time, and few are needed at once.
  return {
    get net() {
      return load("net");
    },
    get process() {
      return load("process");
    },
    get stream() {
      return load("stream");
    },
    get tls() {
      return load("tls");
    },
    get crypto() {
      return load("crypto");
    },
  };
}

/**
 * Gives Node's modules.
 *
 * @throws {TypeError} when the runtime has none.
 */
export function needNodeModules(): NodeModules {
  const modules = nodeModules();
  if (modules) return modules;
  throw new TypeError("Cannot use the connector for Node: this runtime has no modules of Node");
}
