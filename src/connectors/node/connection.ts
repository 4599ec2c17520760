import type { NodeSocket } from "./api.ts";
import type { RawConnection } from "../raw/connection.ts";

/** What is taken in ahead of the reader, in bytes. */
const READ_AHEAD = 256 * 1024;

/** The bytes that come to a socket. */
export interface Flow {
  /** Stops them; some may still come. */
  pause(): void;
  /** Lets them go on. */
  resume(): void;
  /** Has the wait for them keep the program from ending. */
  ref(): void;
  /** Has it keep the program from ending no more. */
  unref(): void;
}

/** A socket of Node as a raw connection. `flow` is what comes to it; the socket itself by default. */
export function rawConnection(socket: NodeSocket, flow: Flow = socket): RawConnection {
  const queue: Uint8Array[] = [];
  let queued = 0;
  let failure: Error | undefined;
  let ended = false;
  let wake = () => {};
  socket.on("data", (bytes: Uint8Array) => {
    queue.push(bytes);
    queued += bytes.length;
    if (queued > READ_AHEAD) flow.pause();
    wake();
  });
  const end = () => {
    ended = true;
    wake();
  };
  socket.on("end", end);
  socket.on("close", end);
  socket.on("error", (error: Error) => {
    failure = error;
    end();
  });
  return {
    async read(buffer) {
      while (queue.length === 0) {
        if (failure) throw failure;
        if (ended) return null;
        await new Promise<void>((resolve) => wake = resolve);
      }
      let count = 0;
      while (queue.length > 0 && count < buffer.length) {
        const first = queue[0]!;
        const bytes = first.subarray(0, buffer.length - count);
        buffer.set(bytes, count);
        count += bytes.length;
        if (bytes.length === first.length) queue.shift();
        else queue[0] = first.subarray(bytes.length);
      }
      queued -= count;
      if (queued <= READ_AHEAD) flow.resume();
      return count;
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        if (failure || ended) return reject(failure ?? new Error("the connection has ended"));
        socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
      });
    },
    closeWrite: () => new Promise((resolve) => socket.end(() => resolve())),
    close() {
      queue.length = 0;
      end();
      socket.destroy();
    },
    ref: () => flow.ref(),
    unref: () => flow.unref(),
    silent: () => queue.length === 0 && !ended,
  };
}
