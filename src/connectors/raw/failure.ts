import { ConnectionError, type ConnectionFailure } from "../../errors.ts";

/** What is said of each way in which a socket can refuse a connection. */
const WORDS: Partial<Record<ConnectionFailure, string>> = {
  "socket-missing": "no such socket. Start the daemon or give another path",
  "permission-denied": "permission denied. Run as a user in the socket's group, or as root",
  "refused": "connection refused. Nobody listens on the socket: start the daemon",
};

/** What is said of what a connector ended by being closed. */
export const CLOSED = "the connector was closed";

/** The error numbers of Linux, as runtimes show them. */
const BY_NUMBER: Record<string, ConnectionFailure> = {
  "2": "socket-missing",
  "13": "permission-denied",
  "20": "socket-missing",
  "32": "lost",
  "104": "lost",
  "111": "refused",
};

/** The same by the names that Node gives them. */
const BY_CODE: Record<string, ConnectionFailure> = {
  ENOENT: "socket-missing",
  EACCES: "permission-denied",
  ENOTDIR: "socket-missing",
  EPIPE: "lost",
  ECONNRESET: "lost",
  ECONNREFUSED: "refused",
};

/** Tells from a code of Node why a server could not be reached. */
export function failureOf(code: string): ConnectionFailure {
  return BY_CODE[code] ?? "unreachable";
}

/** Tells from the words of a runtime why a Unix socket could not be used. */
export function failureIn(words: string): ConnectionFailure {
  const number = /\(os error (\d+)\)/.exec(words)?.[1];
  const known = number ? BY_NUMBER[number] : undefined;
  if (known) return known;
  return /connection closed|connection reset|incomplete message/i.test(words)
    ? "lost"
    : "unreachable";
}

/** The words of a failed `fetch` without the URL, whose query may hold a secret. */
export function withoutUrl(words: string): string {
  return words.replace(/^error sending request for url \(.*?\): /, "");
}

/** Makes the error for a server that cannot be reached, or was lost. */
export function connectionFailure(
  address: string,
  reason: ConnectionFailure,
  words: string,
  cause?: unknown,
): ConnectionError {
  return new ConnectionError(`Cannot reach ${address}: ${words}`, { reason, address, cause });
}

/** The same for a server at a Unix socket; `words` are shown where the reason says little. */
export function socketFailure(
  address: string,
  reason: ConnectionFailure,
  words: string,
): ConnectionError {
  return connectionFailure(address, reason, WORDS[reason] ?? words);
}

/** The same for a call that comes to a connector that was closed. */
export function closedFailure(address: string): ConnectionError {
  return connectionFailure(address, "unreachable", CLOSED);
}
