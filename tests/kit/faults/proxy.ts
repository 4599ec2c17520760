/**
 * A proxy between clients and a real daemon that does to their connections what networks, middleboxes
 * and crashes do.
 *
 * @module
 */

import type { Direction, Fault } from "./fault.ts";
import { Link } from "./link.ts";

/** Where a proxy listens, and how it reaches the daemon. */
export interface FaultProxyOptions {
  /** Takes the connections of clients. */
  listener: Deno.Listener<Deno.Conn>;
  /** Makes a connection to the daemon. */
  dial(): Promise<Deno.Conn>;
}

/** A proxy that runs. */
export class FaultProxy implements AsyncDisposable {
  readonly #options: FaultProxyOptions;
  readonly #open = new Set<Link>();
  readonly #running = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  #seen: Link[] = [];
  #fault: Fault | undefined;

  /** Begins to listen. */
  constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#accepting = this.#accept();
  }

  /** How many connections clients keep open. */
  get open(): number {
    return Array.from(this.#open).filter(({ left }) => !left).length;
  }

  /** How many bytes went through each connection, each way, since `arm` was called. */
  get traffic(): Record<Direction, number>[] {
    return this.#seen.map(({ counted }) => ({ ...counted }));
  }

  /** Whether the fault has come about. */
  get struck(): boolean {
    return this.#seen.some(({ struck }) => struck);
  }

  /** Counts anew, and lets a fault come about, or none. */
  arm(fault?: Fault): void {
    this.#fault = fault;
    this.#seen = Array.from(this.#open);
    for (const [index, link] of this.#seen.entries()) link.arm(this.#faultOf(index));
  }

  /** Ends the connections that a fault has struck. */
  heal(): void {
    for (const link of this.#open) if (link.struck) link.close();
  }

  /** Ends all connections, and listens no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.listener.close();
    for (const link of this.#open) link.close();
    await this.#accepting;
    await Promise.all(this.#running);
  }

  #faultOf(index: number): Fault | undefined {
    return this.#fault?.connection === index ? this.#fault : undefined;
  }

  async #accept(): Promise<void> {
    for await (const near of this.#options.listener) {
      const running: Promise<void> = this.#serve(near).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  async #serve(near: Deno.Conn): Promise<void> {
    const link = new Link(near);
    link.arm(this.#faultOf(this.#seen.push(link) - 1));
    this.#open.add(link);
    try {
      await link.run(this.#options.dial);
    } catch {
      // A daemon that cannot be reached is like one that hangs up.
    } finally {
      link.close();
      this.#open.delete(link);
    }
  }
}
