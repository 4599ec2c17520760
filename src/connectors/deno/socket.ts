import { ConnectionError } from "../../errors.ts";
import type { DenoApi } from "./api.ts";
import type { RawConnection } from "../raw/connection.ts";
import { failureIn, socketFailure } from "../raw/failure.ts";

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
function explain(error: unknown, socket: string): unknown {
  if (!(error instanceof Error) || error instanceof ConnectionError) return error;
  const address = `unix:${socket}`;
  if (error.name === "NotCapable") {
    const flags = [
      `--allow-read=${socket}`,
      `--allow-write=${socket}`,
      `--allow-net=${address}`,
    ].join(" ");
    return socketFailure(
      address,
      "missing-permission",
      `Deno lacks a permission for it. Run Deno with ${flags}`,
    );
  }
  return socketFailure(address, failureIn(error.message), error.message);
}

/** Deno throws when a connection is closed twice. */
function closedOnce(connection: RawConnection): RawConnection {
  let open = true;
  return {
    read: (buffer) => connection.read(buffer),
    write: (bytes) => connection.write(bytes),
    closeWrite: () => connection.closeWrite(),
    close() {
      if (open) connection.close();
      open = false;
    },
  };
}
