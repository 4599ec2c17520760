import { ConnectionError } from "../errors.ts";
import type { DenoApi } from "./deno_api.ts";
import type { RawConnection } from "./raw_connection.ts";
import { failureIn, socketFailure, withoutUrl } from "./socket_failure.ts";

/**
 * The host of every request. Deno looks the host up even where a socket is dialled: a made-up
 * name costs a DNS query, and leaves connections open and silent, which freezes the daemon.
 */
export const HOST = "127.0.0.1";

/**
 * Opens a connection to a daemon's socket. It must be written to or closed at once.
 *
 * @throws {ConnectionError} when it cannot.
 */
export async function dialSocket(deno: DenoApi, socket: string): Promise<RawConnection> {
  try {
    return closedOnce(await deno.connect({ transport: "unix", path: socket }));
  } catch (error) {
    throw explain(error, socket);
  }
}

/** Turns an error of Deno into one of this package, as far as it tells of the socket. */
export function explain(error: unknown, socket: string): unknown {
  if (!(error instanceof Error) || error instanceof ConnectionError) return error;
  // A mistake in the request, such as a bad header, is the caller's: `fetch` gives it no cause.
  if (error instanceof TypeError && error.cause === undefined) return error;
  const address = `unix:${socket}`;
  if (error.name === "NotCapable") {
    const flags = [
      `--allow-read=${socket}`,
      `--allow-write=${socket}`,
      `--allow-net=${address},${HOST}:80`,
    ].join(" ");
    return socketFailure(
      address,
      "missing-permission",
      `Deno lacks a permission for it. Run Deno with ${flags}`,
    );
  }
  // `fetch` hides what happened in the cause. Deno's own error is not kept: it holds the URL,
  // whose query may be a secret.
  const words = error.cause instanceof Error ? error.cause.message : error.message;
  return socketFailure(address, failureIn(words), withoutUrl(words));
}

/** Deno throws when a connection is closed twice. */
function closedOnce(connection: RawConnection): RawConnection {
  let open = true;
  return {
    read: (buffer) => connection.read(buffer),
    write: (bytes) => connection.write(bytes),
    close() {
      if (open) connection.close();
      open = false;
    },
  };
}
