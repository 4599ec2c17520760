import { LxkitError } from "../../errors.ts";
import type { NodeModules, NodeSocket } from "./api.ts";
import { failureOf, socketFailure } from "../raw/failure.ts";

/**
 * Opens a connection to a daemon's socket. It must be written to or closed at once.
 *
 * @throws {ConnectionError} when it cannot.
 */
export function dialSocket(node: NodeModules, path: string): Promise<NodeSocket> {
  return new Promise((resolve, reject) => {
    const socket = node.net.connect({ path });
    const refuse = (error: Error) => reject(explain(error, path));
    socket.once("error", refuse);
    socket.once("connect", () => {
      socket.off("error", refuse);
      // Its reader learns of it by its end; without a listener it would end the process.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}

/** Turns an error of Node into one of this package, as far as it tells of the socket. */
function explain(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof LxkitError) return error;
  const { code } = error as { code?: string };
  // A mistake in the request, such as a bad header, is the caller's.
  if (error instanceof TypeError || code === undefined) return error;
  return socketFailure(`unix:${path}`, failureOf(code), error.message);
}
