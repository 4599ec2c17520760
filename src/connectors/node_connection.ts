import type { NodeSocket } from "./node_api.ts";
import type { RawConnection } from "./raw_connection.ts";

/** A socket of Node as a raw connection. What is not read waits on the server's side. */
export function rawConnection(socket: NodeSocket): RawConnection {
  let failure: Error | undefined;
  let ended = false;
  let wake = () => {};
  socket.on("readable", () => wake());
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
      while (socket.readableLength === 0) {
        if (failure) throw failure;
        // At the end only a read tells the socket that all was taken.
        if (ended) return null;
        await new Promise<void>((resolve) => wake = resolve);
        if (socket.readableLength === 0 && !ended) socket.read(0);
      }
      const bytes = socket.read(Math.min(buffer.length, socket.readableLength));
      if (!bytes) return 0;
      buffer.set(bytes);
      return bytes.length;
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        if (failure || ended) return reject(failure ?? new Error("the connection has ended"));
        socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
      });
    },
    close() {
      ended = true;
      socket.destroy();
      wake();
    },
  };
}
