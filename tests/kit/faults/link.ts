import type { Direction, Fault } from "./fault.ts";
import { type Framing, framingOf } from "./framing.ts";
import { Source, writeAll } from "./source.ts";

const DELAY_MS = 150;
/** How long a pause before each large piece is, and how many there are. */
const COALESCE_MS = 20;
const COALESCED = 20;
/** How many bytes come one by one. */
const SINGLE_BYTES = 3000;
const GARBAGE_BYTES = 40;
/** How long what is to be reset is given to arrive. */
const RESET_MS = 20;

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** One connection of a client through a proxy, with its connection to the daemon. */
export class Link {
  /** How many bytes went through each way since it was armed. */
  readonly counted: Record<Direction, number> = { up: 0, down: 0 };
  /** Whether the fault has come about. */
  struck = false;
  /** Whether the client has hung up, though the daemon may not have. */
  left = false;
  readonly #near: Deno.Conn;
  #far: Deno.Conn | undefined;
  #fault: Fault | undefined;
  #waysEnded = 0;
  #halted = false;

  /** Takes a client's connection. */
  constructor(near: Deno.Conn) {
    this.#near = near;
  }

  /** Counts anew, and lets a fault come about, or none. */
  arm(fault: Fault | undefined): void {
    this.#fault = fault;
    this.struck = false;
    this.counted.up = this.counted.down = 0;
  }

  /** Ends both connections. */
  close(): void {
    for (const connection of [this.#near, this.#far]) {
      try {
        connection?.close();
      } catch {
        // It is closed already.
      }
    }
  }

  /** Passes on what comes until both ways have ended. */
  async run(dial: () => Promise<Deno.Conn>): Promise<void> {
    const near = new Source(this.#near);
    // What is dialled has to be sent to at once: a silent connection blocks a daemon.
    if (!await near.begins().catch(() => false)) return;
    const far = this.#far = await dial();
    await Promise.all([
      this.#pass(near, far, "up"),
      this.#pass(new Source(far), this.#near, "down"),
    ]);
  }

  /** One way. It ends by itself: a peer that has sent all may still read. */
  async #pass(from: Source, to: Deno.Conn, direction: Direction): Promise<void> {
    try {
      const framing = await this.#begin(from, to, direction);
      while (true) {
        const left = this.#left(direction, framing);
        if (left <= 0) {
          if (!await this.#strike(from, to, framing)) return;
          continue;
        }
        const bytes = framing ? await framing.next(from) : await from.some(left);
        if (!bytes?.length) break;
        // It may have been armed while nothing came.
        const begins = !framing && this.counted[direction] === 0 && this.#due(direction)?.framed;
        if (begins && !await this.#strike(from, to, framing)) return;
        await this.#give(to, bytes, direction);
      }
      this.#waysEnded++;
      if (direction === "up") this.left = true;
      await to.closeWrite();
      if (this.#fault?.kind === "double-close") await to.closeWrite();
      // Who hangs up does not wait for the way that a fault keeps from ending.
      if (this.#halted) this.close();
    } catch {
      // Where one takes nothing more, or was reset, both have ended.
      this.close();
    }
  }

  /** Passes the head on and tells what follows it, where a fault is to come between frames. */
  async #begin(
    from: Source,
    to: Deno.Conn,
    direction: Direction,
  ): Promise<Framing | undefined> {
    if (!this.#due(direction)?.framed) return undefined;
    const head = await from.head();
    const framing = framingOf(head);
    if (!framing && head.length > 0) await this.#strike(from, to, framing);
    await this.#give(to, head, direction);
    return framing;
  }

  /** The fault that is still to strike this way. */
  #due(direction: Direction): Fault | undefined {
    return this.struck || this.#fault?.direction !== direction ? undefined : this.#fault;
  }

  /** How many bytes may still pass before the fault strikes. */
  #left(direction: Direction, framing: Framing | undefined): number {
    const fault = this.#due(direction);
    // Within a body of HTTP nobody could tell what does not belong there.
    if (!fault || fault.framed && !framing) return Infinity;
    return fault.after - this.counted[direction];
  }

  async #give(to: Deno.Conn, bytes: Uint8Array, direction: Direction): Promise<void> {
    this.counted[direction] += bytes.length;
    await writeAll(to, bytes);
  }

  /** Lets the fault come about; says whether its direction goes on. */
  async #strike(from: Source, to: Deno.Conn, framing: Framing | undefined): Promise<boolean> {
    const { kind, direction } = this.#fault!;
    this.struck = true;
    switch (kind) {
      case "cut":
        this.close();
        return false;
      case "reset":
        // To close what was not read to its end is to reset it.
        await pause(RESET_MS);
        this.close();
        return false;
      case "half-close":
        await to.closeWrite();
        await this.#halt(from);
        return false;
      case "stall":
        await this.#halt(from);
        return false;
      case "delay":
        await pause(DELAY_MS);
        return true;
      case "bytes":
        for (let left = SINGLE_BYTES; left > 0; left--) {
          const bytes = await from.some(1);
          if (bytes) await this.#give(to, bytes, direction);
        }
        return true;
      case "coalesce":
        for (let left = COALESCED; left > 0; left--) {
          await pause(COALESCE_MS);
          const bytes = await from.some(Infinity);
          if (bytes) await this.#give(to, bytes, direction);
        }
        return true;
      case "garbage":
        await writeAll(to, garbage());
        return true;
      case "oversized":
        await writeAll(to, framing?.oversized(direction) ?? garbage());
        return true;
      case "double-close":
        return await this.#doubleClose(from, to, direction, framing);
    }
  }

  async #halt(from: Source): Promise<void> {
    this.#halted = true;
    // What still comes goes nowhere; its end is the only sign of one who has hung up.
    while (this.#waysEnded === 0 && await from.some(Infinity));
    this.close();
  }

  async #doubleClose(
    from: Source,
    to: Deno.Conn,
    direction: Direction,
    framing: Framing | undefined,
  ): Promise<boolean> {
    while (framing) {
      const frame = await framing.next(from);
      if (frame.length === 0) break;
      await this.#give(to, frame, direction);
      if (framing.closes(frame)) await writeAll(to, frame);
    }
    return true;
  }
}

function garbage(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(GARBAGE_BYTES));
}
