import type { DenoApi } from "./api.ts";
import type { NodeDuplex, NodeModules } from "../node/api.ts";
import type { Flow } from "../node/connection.ts";
import { writeAll } from "../raw/connection.ts";

/** What is read at once: a TLS record holds 16 KiB. */
const CHUNK = 64 * 1024;

/** A TCP connection of Deno, as the stream that `node:tls` runs over. */
export interface DenoTcp {
  /** The bytes as they are on the wire. */
  stream: NodeDuplex;
  /** The reading of them. */
  flow: Flow;
}

/**
 * Dials by Deno itself, for `node:tls` to run over. Pausing a TLS socket that Deno 2.9 dialled does not
 * stop it: all that comes is held in memory. Over a stream of ours the server waits.
 */
export async function dialTcp(
  deno: DenoApi,
  node: NodeModules,
  target: { host: string; port: number },
): Promise<DenoTcp> {
  const connection = await deno.connect({ hostname: target.host, port: target.port });
  let resumed: Promise<void> | undefined;
  let resume = () => {};
  let open = true;
  const pump = async (stream: NodeDuplex) => {
    const buffer = new Uint8Array(CHUNK);
    try {
      await resumed;
      const count = await connection.read(buffer);
      stream.push(count === null ? null : buffer.subarray(0, count));
    } catch {
      // What came before a reset counts; that the end is missing is for the reader to find.
      stream.push(null);
    }
  };
  const stream = new node.stream.Duplex({
    // As of a socket: TLS over it closes when the server has, and is not used again.
    allowHalfOpen: false,
    read() {
      pump(stream);
    },
    write(bytes, _encoding, done) {
      writeAll(connection, bytes).then(() => done(), done);
    },
    final(done) {
      connection.closeWrite().then(() => done(), () => done());
    },
    destroy(error, done) {
      resume();
      if (open) connection.close();
      open = false;
      done(error);
    },
  });
  return {
    stream,
    flow: {
      ref: () => open && connection.ref(),
      unref: () => open && connection.unref(),
      pause() {
        resumed ??= new Promise((resolve) => resume = resolve);
      },
      resume() {
        resumed = undefined;
        resume();
      },
    },
  };
}
