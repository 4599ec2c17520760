/**
 * A connection of plain bytes: all that HTTP, the WebSocket codec and the upgrades ask of a runtime.
 * `Deno.Conn` fits as it is, save that its `close` must be called once only.
 */
export interface RawConnection {
  /** Reads some bytes into the buffer; resolves with their number, or null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes; resolves with their number once the connection took them. */
  write(bytes: Uint8Array): Promise<number>;
  /** Tells the other end that nothing more is written; what it writes can still be read. */
  closeWrite(): Promise<void>;
  /** Ends the connection and every read and write under way. May be called again. */
  close(): void;
  /** Has the wait for bytes keep the program from ending, as it does from the start. Absent where only a read waits. */
  ref?(): void;
  /** Has it keep the program from ending no more. */
  unref?(): void;
  /** Whether nothing waits to be read, neither bytes nor the end. Absent where only a read tells. */
  silent?(): boolean;
}

/** Writes all of the bytes. */
export async function writeAll(connection: RawConnection, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await connection.write(written === 0 ? bytes : bytes.subarray(written));
  }
}
