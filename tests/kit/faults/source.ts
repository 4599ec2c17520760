const MOST = 64 * 1024;

/** Reads a connection, never more of it than is asked for: what is not read can be reset. */
export class Source {
  readonly #connection: Deno.Conn;
  #held: Uint8Array = new Uint8Array();

  /** Reads nothing yet. */
  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Waits for the first bytes; false when there are none. */
  async begins(): Promise<boolean> {
    const first = await this.some(1);
    if (first) this.#held = first;
    return first !== undefined;
  }

  /** What comes next, so many bytes of it at the most; undefined at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    if (this.#held.length > 0) {
      const bytes = this.#held.subarray(0, most);
      this.#held = this.#held.subarray(bytes.length);
      return bytes;
    }
    const bytes = new Uint8Array(Math.min(most, MOST));
    const count = await this.#connection.read(bytes);
    return count === null ? undefined : bytes.subarray(0, count);
  }

  /** Exactly so many bytes; fewer where the end comes before. */
  async exactly(count: number): Promise<Uint8Array> {
    const whole = new Uint8Array(count);
    let done = 0;
    while (done < count) {
      const bytes = await this.some(count - done);
      if (!bytes) break;
      whole.set(bytes, done);
      done += bytes.length;
    }
    return whole.subarray(0, done);
  }

  /** The head of an HTTP message; less where the end comes before. */
  async head(): Promise<Uint8Array> {
    const bytes: number[] = [];
    while (!endsHead(bytes)) {
      const [byte] = await this.some(1) ?? [];
      if (byte === undefined) break;
      bytes.push(byte);
    }
    return new Uint8Array(bytes);
  }
}

function endsHead(bytes: number[]): boolean {
  return String.fromCharCode(...bytes.slice(-4)) === "\r\n\r\n";
}

/** Writes all of the bytes. */
export async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await connection.write(rest));
  }
}
