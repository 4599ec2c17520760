import { FileError } from "../files/file_error.ts";
import { type Bytes, encode } from "../text.ts";
import { Bell } from "./bell.ts";
import { BytePipe } from "./byte_pipe.ts";
import type { OpenFile } from "./open_file.ts";
import { SIGNALS } from "./signals.ts";

/** The control characters that a terminal acts on. */
const INTERRUPT = 3, END = 4, BACKSPACE = 8, NEWLINE = 10, RETURN = 13, KILL = 21, QUIT = 28;
const DELETE = 127;

/** How a terminal treats what passes, in the words of `stty`. */
export interface TerminalModes {
  /** Input comes a line at a time, and can be corrected until then. */
  icanon: boolean;
  /** What is typed is shown. */
  echo: boolean;
  /** Control characters send signals. */
  isig: boolean;
  /** A return that is typed is a newline. */
  icrnl: boolean;
  /** A newline that is written goes to the first column. */
  onlcr: boolean;
}

/** A terminal: what is typed on one side, programs on the other. */
export class Terminal {
  /** The path of its device. */
  readonly name: string;
  /** Its width, in characters. */
  columns: number;
  /** Its height, in characters. */
  rows: number;
  /** How it treats what passes. */
  readonly modes: TerminalModes = {
    icanon: true,
    echo: true,
    isig: true,
    icrnl: true,
    onlcr: true,
  };
  /** The group of processes that the keyboard's signals go to. */
  foreground = 0;
  /** Sends a signal to a group of processes. */
  signal: (group: number, signal: number) => void = () => {};
  /** What is shown. */
  readonly shown: BytePipe = new BytePipe();
  readonly #ready: (Bytes | null)[] = [];
  readonly #changed = new Bell();
  #line: number[] = [];
  #hungUp = false;

  /** A terminal of a size. */
  constructor(name: string, columns: number, rows: number) {
    this.name = name;
    this.columns = columns;
    this.rows = rows;
  }

  /** The programs' side. */
  readonly file: OpenFile = {
    terminal: this,
    read: (max, signal) => this.#read(max, signal),
    write: (bytes, signal) => this.#write(bytes, signal),
  };

  /** Changes its size, and tells the programs. */
  resize(columns: number, rows: number): void {
    if (columns === this.columns && rows === this.rows) return;
    this.columns = columns;
    this.rows = rows;
    this.signal(this.foreground, SIGNALS.WINCH!);
  }

  /** Takes what is typed. */
  async type(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const echo: number[] = [];
    for (const byte of bytes) this.#key(byte, echo);
    if (this.modes.echo && echo.length) await this.#write(Uint8Array.from(echo), signal);
  }

  /** The other side is gone: nothing more is read or shown. */
  hangUp(): void {
    this.#hungUp = true;
    this.shown.closeReader();
    this.#changed.ring();
    this.signal(this.foreground, SIGNALS.HUP!);
  }

  #key(key: number, echo: number[]): void {
    const { icanon, isig, icrnl } = this.modes;
    const byte = key === RETURN && icrnl ? NEWLINE : key;
    if (isig && (byte === INTERRUPT || byte === QUIT)) {
      echo.push(...encode(byte === INTERRUPT ? "^C" : "^\\"));
      this.#line = [];
      return this.signal(this.foreground, byte === INTERRUPT ? SIGNALS.INT! : SIGNALS.QUIT!);
    }
    if (!icanon) {
      echo.push(byte);
      return this.#deliver(Uint8Array.of(byte));
    }
    if (byte === DELETE || byte === BACKSPACE) {
      if (this.#line.pop() !== undefined) echo.push(...encode("\b \b"));
    } else if (byte === KILL) {
      echo.push(...encode("\b \b".repeat(this.#line.length)));
      this.#line = [];
    } else if (byte === END) {
      this.#deliver(this.#line.length ? Uint8Array.from(this.#line) : null);
      this.#line = [];
    } else {
      echo.push(byte);
      this.#line.push(byte);
      if (byte !== NEWLINE) return;
      this.#deliver(Uint8Array.from(this.#line));
      this.#line = [];
    }
  }

  #deliver(bytes: Bytes | null): void {
    this.#ready.push(bytes);
    this.#changed.ring();
  }

  async #read(max: number, signal: AbortSignal): Promise<Bytes | null> {
    signal.throwIfAborted();
    while (this.#ready.length === 0) {
      if (this.#hungUp) return null;
      await this.#changed.wait(signal);
    }
    const first = this.#ready.shift()!;
    if (first === null || first.length <= max) return first;
    this.#ready.unshift(first.subarray(max));
    return first.subarray(0, max);
  }

  async #write(bytes: Bytes, signal: AbortSignal): Promise<void> {
    if (this.#hungUp) throw new FileError("EIO");
    await this.shown.write(this.modes.onlcr ? withReturns(bytes) : bytes, signal);
  }
}

/** Puts a return before each newline. */
function withReturns(bytes: Bytes): Bytes {
  let count = 0;
  for (const byte of bytes) if (byte === NEWLINE) count++;
  if (count === 0) return bytes;
  const all = new Uint8Array(bytes.length + count);
  let at = 0;
  for (const byte of bytes) {
    if (byte === NEWLINE) all[at++] = RETURN;
    all[at++] = byte;
  }
  return all;
}
