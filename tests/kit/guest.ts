/**
 * Commands inside a simulated instance without a simulator around it.
 *
 * @module
 */

import type { InstanceExecPost } from "../../mod.ts";
import type { Guest } from "../../src/testing/simulator/guest/guest.ts";
import { type ClientSocket, socketPair } from "../../src/testing/simulator/guest/socket_pair.ts";
import type { SessionResult } from "../../src/testing/simulator/guest/session.ts";

/** A command that runs, and its WebSockets. */
export interface GuestCommand {
  /** The client's ends, by name. */
  sockets: Record<string, ClientSocket>;
  /** How it ended. */
  result: Promise<SessionResult>;
}

/** How a command ended, and what it wrote. */
export interface GuestOutput extends SessionResult {
  /** Its standard output. */
  stdout: string;
  /** Its standard error. */
  stderr: string;
}

/** The environment that the servers give to a command of root. */
export const rootEnvironment = { HOME: "/root", LANG: "C.UTF-8", USER: "root" };

/** Starts a command with all its WebSockets connected. */
export function startCommand(
  guest: Guest,
  command: string[],
  request: Partial<InstanceExecPost> = {},
): GuestCommand {
  const session = guest.exec({
    environment: rootEnvironment,
    ...request,
    command,
    "wait-for-websocket": true,
  });
  const sockets: Record<string, ClientSocket> = {};
  for (const fd of session.fds) {
    const { client, server } = socketPair();
    sockets[fd] = client;
    session.connect(fd, server);
  }
  return { sockets, result: session.run().finally(() => session.finish()) };
}

/** Reads a WebSocket up to the text message that ends its output; fails where that is missing. */
export async function readOutput(socket: ClientSocket): Promise<string> {
  const parts: BlobPart[] = [];
  for await (const message of socket.readable.values({ preventCancel: true })) {
    if (typeof message === "string") return await new Blob(parts).text();
    parts.push(message);
  }
  throw new Error("Cannot read the whole output: the connection ended before it did");
}

/** Sends bytes or text as binary messages, then the end of the input. */
export async function sendInput(socket: ClientSocket, input: string | Uint8Array): Promise<void> {
  const writer = socket.writable.getWriter();
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  if (bytes.length) await writer.write(bytes as Uint8Array<ArrayBuffer>);
  await writer.write("");
  writer.releaseLock();
}

/** Runs a command to its end. */
export async function runCommand(
  guest: Guest,
  command: string[],
  { stdin = "", ...request }: Partial<InstanceExecPost> & { stdin?: string | Uint8Array } = {},
): Promise<GuestOutput> {
  const { sockets, result } = startCommand(guest, command, request);
  const [stdout, stderr, ended] = await Promise.all([
    readOutput(sockets["1"]!),
    readOutput(sockets["2"]!),
    result,
    sendInput(sockets["0"]!, stdin).catch(() => {}),
  ]);
  return { ...ended, stdout, stderr };
}
