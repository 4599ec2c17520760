/**
 * The errors of this package: one tree under {@linkcode LxkitError}, told apart by class or by `code`.
 *
 * @module
 */

import type { OperationData } from "./types/mod.ts";

/** The words by which errors are told apart without `instanceof`. */
export type LxkitErrorCode =
  | "connection"
  | "timeout"
  | "protocol"
  | "unsupported"
  | "token"
  | "configuration"
  | "truncated"
  | "overflow"
  | "sftp"
  | "operation"
  | "transfer"
  | "api"
  | "not-found"
  | "conflict"
  | "precondition-failed"
  | "forbidden";

/**
 * The base of what goes wrong with a server or the way to it. A wrong argument, or a thing in a state that the
 * call cannot work with, throws `TypeError` or `RangeError`.
 */
export abstract class LxkitError extends Error {
  /** Tells the kind of error without `instanceof`, across copies of the package and realms. */
  abstract readonly code: LxkitErrorCode;
}

/**
 * Why a connection could not be made or kept.
 *
 * - `socket-missing`: no file at the socket's path.
 * - `permission-denied`: the operating system refuses the socket to this user.
 * - `refused`: nobody listens on the socket or port.
 * - `not-a-server`: something answers, but it is no LXD or Incus.
 * - `certificate`: the server did not prove who it is; the message names the fingerprint that it shows.
 * - `missing-permission`: the runtime was started without a permission; the message names the flags.
 * - `lost`: the connection broke after it stood.
 * - `unreachable`: anything else that kept the request from being sent.
 */
export type ConnectionFailure =
  | "socket-missing"
  | "permission-denied"
  | "refused"
  | "not-a-server"
  | "certificate"
  | "missing-permission"
  | "lost"
  | "unreachable";

/** No connection to the server could be made, or it was lost. */
export class ConnectionError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "ConnectionError";
  /** Always `"connection"`. */
  readonly code = "connection" as const;
  /** Why. */
  readonly reason: ConnectionFailure;
  /** What was dialled, such as `unix:/var/lib/incus/unix.socket`. */
  readonly address: string;

  /** Makes the error; the message says what was attempted and what to do. */
  constructor(
    message: string,
    options: { reason: ConnectionFailure; address: string; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
    this.address = options.address;
  }
}

/** A call did not end within its `timeout`. */
export class TimeoutError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "TimeoutError";
  /** Always `"timeout"`. */
  readonly code = "timeout" as const;
  /** The limit that passed, in milliseconds. */
  readonly timeout: number;

  /** Makes the error; the message says what was waited for. */
  constructor(message: string, options: { timeout: number }) {
    super(message);
    this.timeout = options.timeout;
  }
}

/** The server answered with something that the protocol does not know. */
export class ProtocolError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "ProtocolError";
  /** Always `"protocol"`. */
  readonly code = "protocol" as const;
  /** The HTTP status, where the answer had one. */
  readonly status: number | undefined;

  /** Makes the error; the message shows the status and the first bytes of the body. */
  constructor(message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.status = options.status;
  }
}

/**
 * The server lacks an API extension that the call needs, or the runtime an ability. Thrown before anything is
 * changed.
 */
export class UnsupportedError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "UnsupportedError";
  /** Always `"unsupported"`. */
  readonly code = "unsupported" as const;
  /** The API extension that is missing, or undefined where the connector lacks an ability. */
  readonly extension: string | undefined;

  /** Makes the error. */
  constructor(message: string, options: { extension?: string } = {}) {
    super(message);
    this.extension = options.extension;
  }
}

/**
 * A token cannot be used or obtained: it has expired, the server does not know it, since it was used or
 * withdrawn, or its issuer refused to give one.
 */
export class TokenError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "TokenError";
  /** Always `"token"`. */
  readonly code = "token" as const;
  /** Why. */
  readonly reason: "expired" | "unknown" | "refused";

  /** Makes the error. */
  constructor(
    message: string,
    options: { reason: "expired" | "unknown" | "refused"; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
  }
}

/**
 * The configuration of `lxc` or `incus` on this machine cannot be used: there is none, a file of it is
 * broken, missing or not to be read, or it has no such remote.
 */
export class ConfigurationError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "ConfigurationError";
  /** Always `"configuration"`. */
  readonly code = "configuration" as const;
  /** The file that it is about, or undefined where it is about none. */
  readonly path: string | undefined;

  /** Makes the error; the message names the file and, where one is to blame, the line. */
  constructor(message: string, options: { path?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.path = options.path;
  }
}

/** A stream ended before its end: what was read so far is not all there was. */
export class TruncatedError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "TruncatedError";
  /** Always `"truncated"`. */
  readonly code = "truncated" as const;
}

/** A consumer was slower than an event stream for longer than the stream's queue allows. */
export class OverflowError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "OverflowError";
  /** Always `"overflow"`. */
  readonly code = "overflow" as const;
}

/** Why SFTP refused a call. */
export type SftpFailure = "not-found" | "permission-denied" | "unsupported" | "failure";

/** The server refused a call over SFTP. */
export class SftpError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "SftpError";
  /** Always `"sftp"`. */
  readonly code = "sftp" as const;
  /** Why. */
  readonly reason: SftpFailure;

  /** Makes the error. */
  constructor(message: string, options: { reason: SftpFailure }) {
    super(message);
    this.reason = options.reason;
  }
}

/**
 * How an operation ended without success: the server says that it failed or was cancelled, or its
 * result is unknown because the server forgot it (after a restart, or five seconds after its end).
 */
export type OperationOutcome = "failure" | "cancelled" | "unknown";

/** A background operation did not succeed. */
export class OperationError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "OperationError";
  /** Always `"operation"`. */
  readonly code = "operation" as const;
  /** How it ended. */
  readonly outcome: OperationOutcome;
  /** The server's record of the operation, as last seen. */
  readonly operation: OperationData;

  /** Makes the error; the message holds the operation's description and the server's words. */
  constructor(
    message: string,
    options: { outcome: OperationOutcome; operation: OperationData; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.outcome = options.outcome;
    this.operation = withoutSecrets(options.operation);
  }
}

/** A copy between two servers failed. The source is as it was. */
export class TransferError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "TransferError";
  /** Always `"transfer"`. */
  readonly code = "transfer" as const;
  /** The server that failed; it may have had its reason from the other one. */
  readonly side: "source" | "target";

  /** Makes the error; the message holds the words of the server that failed. */
  constructor(message: string, options: { side: "source" | "target"; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.side = options.side;
  }
}

/** What an {@linkcode ApiError} tells of the refused request. */
export interface ApiErrorOptions {
  /** The HTTP status, or the status that the body states where it was sent under HTTP 200. */
  status: number;
  /** The HTTP method. */
  method: string;
  /** The path, without its query. */
  path: string;
  /** The server's own words. */
  serverMessage: string;
  /** What was asked for; completes the sentence "Cannot ...". Default: the method and the path. */
  what?: string;
}

/** The server refused a request. */
export class ApiError extends LxkitError {
  /** The name of the class. */
  override readonly name: string = "ApiError";
  /** `"api"`, or the narrower word of a subclass. */
  readonly code: "api" | "not-found" | "conflict" | "precondition-failed" | "forbidden" = "api";
  /** The HTTP status, or the status that the body states where it was sent under HTTP 200. */
  readonly status: number;
  /** The HTTP method of the refused request. */
  readonly method: string;
  /** The path of the refused request, without its query. */
  readonly path: string;
  /** The server's own words. */
  readonly serverMessage: string;

  /** Makes the error. */
  constructor(options: ApiErrorOptions) {
    const { what = `${options.method} ${options.path}` } = options;
    super(`Cannot ${what}: ${options.serverMessage} (${options.status})`);
    this.status = options.status;
    this.method = options.method;
    this.path = options.path;
    this.serverMessage = options.serverMessage;
  }

  /** Makes the class that fits the status. */
  static of(options: ApiErrorOptions): ApiError {
    switch (options.status) {
      case 401:
      case 403:
        return new ForbiddenError(options);
      case 404:
        return new NotFoundError(options);
      case 409:
        return new ConflictError(options);
      case 412:
        return new PreconditionFailedError(options);
    }
    return new ApiError(options);
  }
}

/** The thing does not exist (404). */
export class NotFoundError extends ApiError {
  /** The name of the class. */
  override readonly name: string = "NotFoundError";
  /** Always `"not-found"`. */
  override readonly code = "not-found" as const;
}

/** A thing of that name exists already, or is in a state that does not allow the call (409). */
export class ConflictError extends ApiError {
  /** The name of the class. */
  override readonly name: string = "ConflictError";
  /** Always `"conflict"`. */
  override readonly code = "conflict" as const;
}

/** The thing was changed since it was read (412). */
export class PreconditionFailedError extends ApiError {
  /** The name of the class. */
  override readonly name: string = "PreconditionFailedError";
  /** Always `"precondition-failed"`. */
  override readonly code = "precondition-failed" as const;
}

/** The server does not know the caller, or does not allow it the call (401, 403). */
export class ForbiddenError extends ApiError {
  /** The name of the class. */
  override readonly name: string = "ForbiddenError";
  /** Always `"forbidden"`. */
  override readonly code = "forbidden" as const;
}

/** Metadata keys under which operations carry secrets, or what callers keep secrets in. */
const SECRET_KEYS = new Set([
  "secret",
  "fds",
  "control",
  "fs",
  "criu",
  "token",
  "request",
  "environment",
]);

/** A copy of an operation's record that is safe to print. */
function withoutSecrets(operation: OperationData): OperationData {
  const metadata = operation.metadata as Record<string, unknown> | null | undefined;
  if (!metadata) return operation;
  return {
    ...operation,
    metadata: Object.fromEntries(
      Object.entries(metadata).filter(([key]) => !SECRET_KEYS.has(key)),
    ),
  };
}
