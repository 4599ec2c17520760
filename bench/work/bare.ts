/**
 * What the same work costs without this package: bare `fetch`, and the codec for WebSockets alone.
 *
 * @module
 */

// deno-lint-ignore no-external-import
import { createHash } from "node:crypto";
import { ByteReader } from "../../src/connectors/raw/byte_reader.ts";
import { encodeUpgrade, readUpgradeAnswer } from "../../src/connectors/http/upgrade.ts";
import { writeAll } from "../../src/connectors/raw/connection.ts";
import { OPCODE } from "../../src/connectors/websocket/frame.ts";
import { FrameReceiver } from "../../src/connectors/websocket/receiver.ts";
import { FrameSender } from "../../src/connectors/websocket/sender.ts";
import { concat } from "../../src/core/streams.ts";
import { BLOCK, padding, textAt } from "../../src/core/tree/tar_header.ts";
import { drain, feed, READ_SIZE } from "./bytes.ts";
import { repeat } from "./repeat.ts";

type Work = Promise<() => Promise<number | void>>;

// As a pool of connections may freeze a daemon, each request dials, save where that is compared.
function fetcher(
  socket: string,
  pool = 0,
): (path: string, init?: RequestInit) => Promise<Response> {
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path: socket },
    poolMaxIdlePerHost: pool,
  });
  return async (path, init) => {
    const response = await fetch(`http://127.0.0.1${path}`, { ...init, client });
    if (!response.ok) throw new Error(`Cannot measure: ${await response.text()}`);
    return response;
  };
}

/** Reads one instance, so many times, over connections that stay. */
export async function get(socket: string, calls: string, width: string, pool: string): Work {
  const request = await fetcher(socket, Number(pool));
  const call = async () => (await (await request("/1.0/instances/c1")).json()).metadata;
  return () => repeat(call, Number(calls), Number(width));
}

/** Lists all instances. */
export async function list(socket: string, calls: string, recursion: string, pool: string): Work {
  const request = await fetcher(socket, Number(pool));
  const path = `/1.0/instances?recursion=${recursion}`;
  const call = async () => JSON.parse(await (await request(path)).text()).metadata;
  return () => repeat(call, Number(calls), 1);
}

/** Waits for operations by long poll. */
export async function wait(socket: string, calls: string, pool: string): Work {
  const request = await fetcher(socket, Number(pool));
  return async () => {
    let late = 0;
    for (let left = Number(calls); left > 0; left--) {
      const response = await request("/1.0/operations/0b1c/wait?timeout=30");
      const { metadata } = await response.json();
      late += performance.timeOrigin + performance.now() - metadata.metadata.ended;
    }
    return late;
  };
}

/** Has the server run a command without any streams. */
export async function execAlone(socket: string, ...command: string[]): Work {
  const request = await fetcher(socket);
  return async () => {
    const body = JSON.stringify({ command });
    const response = await request("/1.0/instances/bench/exec", { method: "POST", body });
    const { operation } = await response.json();
    const { metadata } = await (await request(`${operation}/wait`)).json();
    if (metadata.metadata.return !== 0) throw new Error("Cannot measure: the command failed");
  };
}

/** Runs a command by the codec alone, to the end of it and of its streams. */
export async function execToEnd(socket: string): Work {
  const request = await fetcher(socket);
  const readToEnd = async ({ connection, receiver }: Socket) => {
    let incoming;
    // A connection that the server resets has ended, too.
    do incoming = await receiver.next().catch(() => undefined); while (incoming?.kind === "ping");
    connection.close();
  };
  return async () => {
    const { operation, sockets } = await startCommand(request, socket, ["true"]);
    await new FrameSender(sockets[0].connection).send(OPCODE.text, new Uint8Array());
    const [response] = await Promise.all([
      request(`${operation}/wait`),
      ...Object.values(sockets).map(readToEnd),
    ]);
    const { metadata } = await response.json();
    if (metadata.metadata.return !== 0) throw new Error("Cannot measure: the command failed");
  };
}

/** Reads the output of a command by the codec alone. */
export async function execOutput(socket: string, size: string, ...command: string[]): Work {
  const request = await fetcher(socket);
  return async () => {
    const { sockets } = await startCommand(request, socket, command);
    let length = 0;
    while (length < Number(size)) {
      const { receiver } = sockets[1];
      const incoming = await receiver.next();
      if (!incoming) break;
      if (incoming.kind !== "data" || !await receiver.keep()) continue;
      length += receiver.message()?.length ?? 0;
    }
    if (length !== Number(size)) throw new Error(`Cannot measure: ${length} bytes came`);
    for (const { connection } of Object.values(sockets)) connection.close();
  };
}

/** Reads so many bytes at least. */
async function readBytes(connection: Deno.UnixConn, size: number): Promise<void> {
  const buffer = new Uint8Array(READ_SIZE);
  for (let left = size; left > 0;) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error(`Cannot measure: ${left} bytes did not come`);
    left -= count;
  }
}

/** Reads as many bytes as the output of a command has, frames and all, and makes nothing of them. */
export async function execBytes(socket: string, size: string, ...command: string[]): Work {
  const request = await fetcher(socket);
  return async () => {
    const { sockets } = await startCommand(request, socket, command);
    await readBytes(sockets[1].connection, Number(size));
    for (const { connection } of Object.values(sockets)) connection.close();
  };
}

/** Has a tar in the container pack a tree, and writes what comes: of a tarball it knows names and sizes. */
export async function pullTar(socket: string, remote: string, local: string): Work {
  const request = await fetcher(socket);
  return async () => {
    const { sockets } = await startCommand(request, socket, ["tar", "-C", remote, "-cf", "-", "."]);
    const { receiver } = sockets[1];
    const writes: Promise<void>[] = [];
    let rest = new Uint8Array();
    for (let incoming; (incoming = await receiver.next());) {
      if (incoming.kind !== "data" || !await receiver.keep()) continue;
      const message = receiver.message();
      // A text ends the output.
      if (typeof message === "string") break;
      if (message) rest = unpack(concat([rest, message]), local, writes);
    }
    await Promise.all(writes);
    for (const { connection } of Object.values(sockets)) connection.close();
  };
}

/** Begins to write the files that are whole, and gives what is left of a tarball. */
function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  local: string,
  writes: Promise<void>[],
): Uint8Array<ArrayBuffer> {
  let at = 0;
  while (at + BLOCK <= bytes.length) {
    const size = parseInt(textAt(bytes, at + 124, 12), 8) || 0;
    const end = at + BLOCK + size + padding(size);
    if (end > bytes.length) break;
    const path = `${local}/${textAt(bytes, at, 100)}`;
    const data = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (path.endsWith("/")) Deno.mkdirSync(path, { recursive: true });
    else if (size > 0) writes.push(Deno.writeFile(path, data));
    at = end;
  }
  return bytes.subarray(at);
}

/** Feeds a command by the codec alone. */
export async function execInput(socket: string, file: string, ...command: string[]): Work {
  const request = await fetcher(socket);
  return async () => {
    const { operation, sockets } = await startCommand(request, socket, command);
    const sender = new FrameSender(sockets[0].connection);
    const sink = new WritableStream<Uint8Array>({
      write: (bytes) => sender.send(OPCODE.binary, bytes),
      close: () => sender.send(OPCODE.text, new Uint8Array()),
    });
    await feed(file, sink);
    const { metadata } = await (await request(`${operation}/wait`)).json();
    for (const { connection } of Object.values(sockets)) connection.close();
    if (metadata.metadata.return !== 0) throw new Error("Cannot measure: the command failed");
  };
}

interface Socket {
  connection: Deno.UnixConn;
  receiver: FrameReceiver;
}

/** Has the server run a command, and opens its websockets: the input last, when the others stand. */
async function startCommand(
  request: ReturnType<typeof fetcher>,
  socket: string,
  command: string[],
): Promise<{ operation: string; sockets: Record<"control" | 0 | 1 | 2, Socket> }> {
  const body = JSON.stringify({ command, "wait-for-websocket": true });
  const response = await request("/1.0/instances/bench/exec", { method: "POST", body });
  const { operation, metadata } = await response.json();
  const { fds } = metadata.metadata;
  const open = (name: string) => openSocket(socket, `${operation}/websocket?secret=${fds[name]}`);
  const [control, output, errors] = await Promise.all([open("control"), open("1"), open("2")]);
  return { operation, sockets: { control, 1: output, 2: errors, 0: await open("0") } };
}

async function openSocket(socket: string, path: string): Promise<Socket> {
  const headers = { "sec-websocket-key": btoa("0123456789abcdef"), "sec-websocket-version": "13" };
  const head = { method: "GET", path, host: "127.0.0.1", protocol: "websocket", headers };
  const connection = await Deno.connect({ transport: "unix", path: socket });
  await writeAll(connection, encodeUpgrade(head));
  const reader = new ByteReader(connection);
  await readUpgradeAnswer(reader, head);
  return { connection, receiver: new FrameReceiver(reader, 2 ** 26) };
}

/** Writes a file into the container. */
export async function push(socket: string, file: string, path: string, header: string): Work {
  const request = await fetcher(socket);
  return async () => {
    const body = (await Deno.open(file)).readable;
    const headers = { [header]: "file", "content-type": "application/octet-stream" };
    await (await request(filesAt(path), { method: "POST", body, headers })).text();
  };
}

/** Reads a file out of the container. */
export async function pull(socket: string, size: string, path: string): Work {
  const request = await fetcher(socket);
  return async () => await drain((await request(filesAt(path))).body!, Number(size));
}

/** Sends an image, and waits for the server to have taken it. */
export async function uploadImage(socket: string, file: string): Work {
  const request = await fetcher(socket);
  return async () => {
    const body = (await Deno.open(file)).readable;
    const { operation } = await (await request("/1.0/images", { method: "POST", body })).json();
    await (await request(`${operation}/wait`)).json();
  };
}

/** Reads the file of an image, compared with its fingerprint or not. */
export async function exportImage(
  socket: string,
  size: string,
  fingerprint: string,
  check: string,
): Work {
  const request = await fetcher(socket);
  return async () => {
    const { body } = await request(`/1.0/images/${fingerprint}/export`);
    if (check !== "checked") return await drain(body!, Number(size));
    const hash = createHash("sha256");
    await drain(body!, Number(size), (bytes) => void hash.update(bytes));
    if (hash.digest("hex") !== fingerprint) throw new Error("Cannot measure: other bytes came");
  };
}

/** Reads as many bytes as an image has, the head of the answer among them, and makes nothing of them. */
export function exportBytes(socket: string, size: string, fingerprint: string): Work {
  const request = `GET /1.0/images/${fingerprint}/export HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;
  return Promise.resolve(async () => {
    using connection = await Deno.connect({ transport: "unix", path: socket });
    await writeAll(connection, new TextEncoder().encode(request));
    await readBytes(connection, Number(size));
  });
}

function filesAt(path: string): string {
  return `/1.0/instances/bench/files?path=${encodeURIComponent(path)}`;
}
