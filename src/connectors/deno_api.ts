import type { RawConnection } from "./raw_connection.ts";

/** An HTTP client of Deno. */
export interface DenoHttpClient {
  /** Ends its idle connections. */
  close(): void;
}

/** A TCP connection of Deno. */
export interface DenoTcpConnection extends RawConnection {
  /** Tells the server that nothing more is written. */
  closeWrite(): Promise<void>;
}

/** What is used of `Deno`, so that this package compiles where its types are absent. */
export interface DenoApi {
  /** Opens a connection to a Unix socket. */
  connect(options: { transport: "unix"; path: string }): Promise<RawConnection>;
  /** Opens a TCP connection. */
  connect(options: { hostname: string; port: number }): Promise<DenoTcpConnection>;
  /** Makes a client for `fetch` that dials a Unix socket whatever the URL says. */
  createHttpClient(options: {
    proxy: { transport: "unix"; path: string };
    poolMaxIdlePerHost: number;
  }): DenoHttpClient;
  /** The environment. */
  env: { get(name: string): string | undefined };
  /** The id of the user; null on Windows. */
  uid(): number | null;
}

/**
 * The `Deno` of this runtime.
 *
 * @throws {TypeError} when this is not Deno.
 */
export function denoApi(): DenoApi {
  const { Deno } = globalThis as { Deno?: DenoApi };
  if (!Deno?.createHttpClient) {
    throw new TypeError("Cannot use the connector for Deno: this runtime is not Deno");
  }
  return Deno;
}
