import type { RawConnection } from "../../../src/connectors/raw/connection.ts";

/** How the connection between two ends behaves. */
export interface PairOptions {
  /** Bytes that one direction holds before writes wait. Default: 1 MiB. */
  capacity?: number;
  /** The most bytes that one read or write moves. Default: no limit. */
  step?: number;
}

/** Two ends of a connection in memory, which behave like those of a socket. */
export function memoryPair(options: PairOptions = {}): [RawConnection, RawConnection] {
  const there = new Pipe(options);
  const back = new Pipe(options);
  return [new End(back, there), new End(there, back)];
}

class End implements RawConnection {
  readonly #input: Pipe;
  readonly #output: Pipe;

  constructor(input: Pipe, output: Pipe) {
    this.#input = input;
    this.#output = output;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#input.read(buffer);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#output.write(bytes);
  }

  closeWrite(): Promise<void> {
    this.#output.writerGone();
    return Promise.resolve();
  }

  close(): void {
    this.#input.readerGone();
    this.#output.writerGone();
  }
}

class Pipe {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #readerGone = false;
  #writerGone = false;
  #wake: (() => void)[] = [];
  readonly #capacity: number;
  readonly #step: number;

  constructor({ capacity = 1 << 20, step = Infinity }: PairOptions) {
    this.#capacity = capacity;
    this.#step = step;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      if (this.#readerGone) throw new Error("read on a closed connection");
      const [chunk] = this.#chunks;
      if (chunk) {
        const taken = chunk.subarray(0, Math.min(buffer.length, this.#step));
        buffer.set(taken);
        if (taken.length === chunk.length) this.#chunks.shift();
        else this.#chunks[0] = chunk.subarray(taken.length);
        this.#size -= taken.length;
        this.#changed();
        return taken.length;
      }
      if (this.#writerGone) return null;
      await this.#change();
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    for (;;) {
      if (this.#readerGone || this.#writerGone) throw new Error("write on a closed connection");
      const room = Math.min(this.#capacity - this.#size, this.#step);
      if (room > 0) {
        const given = bytes.slice(0, room);
        this.#chunks.push(given);
        this.#size += given.length;
        this.#changed();
        return given.length;
      }
      await this.#change();
    }
  }

  readerGone(): void {
    this.#readerGone = true;
    this.#changed();
  }

  writerGone(): void {
    this.#writerGone = true;
    this.#changed();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
