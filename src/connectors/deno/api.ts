import type { RawConnection } from "../raw/connection.ts";

/** A TCP connection of Deno. */
export interface DenoTcpConnection extends RawConnection {
  /** Has it keep the program from ending, as it does from the start. */
  ref(): void;
  /** Has it keep the program from ending no more. */
  unref(): void;
}

/** What is used of `Deno`, so that this package compiles where its types are absent. */
export interface DenoApi {
  /** Opens a connection to a Unix socket. */
  connect(options: { transport: "unix"; path: string }): Promise<RawConnection>;
  /** Opens a TCP connection. */
  connect(options: { hostname: string; port: number }): Promise<DenoTcpConnection>;
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
  if (!Deno?.connect) {
    throw new TypeError("Cannot use the connector for Deno: this runtime is not Deno");
  }
  return Deno;
}
