import type { NodeSocket } from "./node_api.ts";
import type { RawConnection } from "./raw_connection.ts";

/**
 * A socket of Node as a raw connection. What its reader is slow to take is held in memory: a TLS socket
 * of Deno 2.9 that was paused may never go on.
 */
export function rawConnection(socket: NodeSocket): RawConnection {
  const queue: Uint8Array[] = [];
  let failure: Error | undefined;
  let ended = false;
  let wake = () => {};
  // Taken off at once: what lies in a socket that breaks can be lost.
  socket.on("data", (bytes: Uint8Array) => {
    queue.push(bytes);
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
      const first = queue[0]!;
      const bytes = first.subarray(0, buffer.length);
      buffer.set(bytes);
      if (bytes.length === first.length) queue.shift();
      else queue[0] = first.subarray(bytes.length);
      return bytes.length;
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        if (failure || ended) return reject(failure ?? new Error("the connection has ended"));
        socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
      });
    },
    close() {
      queue.length = 0;
      end();
      socket.destroy();
    },
  };
}
