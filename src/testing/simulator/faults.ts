import { badRequest, failed, Refusal } from "./refusal.ts";

/** What goes wrong with a call. */
export type Fault =
  /** It waits for so many milliseconds of the simulator's clock before anything is done. */
  | { kind: "delay"; milliseconds: number }
  /** The server refuses it. Default: status 500. */
  | { kind: "error"; status?: number; message?: string }
  /** The connection is lost: before anything is done, or after it was done, as `after` says. */
  | { kind: "disconnect"; after?: boolean }
  /** The operation that it starts fails with this message. */
  | { kind: "operation"; message: string }
  /** The storage pool has no room left. */
  | { kind: "full-disk" }
  /** The project's limit is reached. */
  | { kind: "quota"; message?: string }
  /** All event streams are cut. */
  | { kind: "lost-events" };

/** Which calls a fault is for. */
export interface FaultTarget {
  /**
   * The method and path, such as `POST /1.0/instances/{name}/snapshots`: `{name}` stands for any one
   * part of the path, and `*` as the method for any.
   */
  call: string;
  /** The first of the calls that match it, from 1. Default: 1. */
  nth?: number;
  /** How many calls in a row it is for; `Infinity` for all. Default: 1. */
  times?: number;
}

interface Planned {
  method: string;
  path: RegExp;
  first: number;
  last: number;
  seen: number;
  fault: Fault;
}

/** The connection is lost. */
export class Disconnected extends Error {
  override name = "Disconnected";
}

/** The faults that a simulated server was told to have. */
export class Faults {
  #planned: Planned[] = [];

  /** Plans a fault. */
  add({ call, nth = 1, times = 1 }: FaultTarget, fault: Fault): void {
    const [method, path] = call.split(" ");
    const sound = /^(\*|[A-Z]+) \/\S*$/.test(call) && !/[?#]|.\/$/.test(call.split(" ")[1]!);
    if (!sound || !method || !path) {
      throw new TypeError(
        `Cannot plan a fault for "${call}": it is no method and path, such as "GET /1.0"`,
      );
    }
    for (const [name, value] of Object.entries({ nth, times })) {
      if (value >= 1 && (Number.isInteger(value) || value === Infinity)) continue;
      throw new RangeError(
        `Cannot plan a fault: ${name} must be a whole number from 1, got ${value}`,
      );
    }
    const parts = path.split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^$|()[\]\\]/g, "\\$&"));
    this.#planned.push({
      method,
      path: new RegExp(`^${parts.join("[^/]+")}$`),
      first: nth,
      last: nth + times - 1,
      seen: 0,
      fault,
    });
  }

  /** Forgets all faults. */
  clear(): void {
    this.#planned = [];
  }

  /** The faults of a call, which is counted. */
  take(method: string, path: string): Fault[] {
    return this.#planned.filter((it) => {
      if (it.method !== "*" && it.method !== method) return false;
      if (!it.path.test(path)) return false;
      it.seen++;
      return it.seen >= it.first && it.seen <= it.last;
    }).map(({ fault }) => fault);
  }
}

/** What a fault makes of a call, where the server is to refuse it or its operation is to fail. */
export function refusalOf(fault: Fault): Refusal | undefined {
  switch (fault.kind) {
    case "error":
      return new Refusal(fault.status ?? 500, fault.message ?? "Simulated failure");
    case "operation":
      return failed(fault.message);
    case "full-disk":
      return failed("write: no space left on device");
    case "quota":
      return badRequest(fault.message ?? "Reached maximum aggregate value for the project");
  }
}
