import { type CallOptions, delay, limited } from "../../core/call.ts";
import type { InstanceState } from "../../types/mod.ts";

/** Options of waiting for an address. */
export interface AddressOptions extends CallOptions {
  /** Which kind: `inet` for IPv4, `inet6` for IPv6. Default: `inet`. */
  family?: "inet" | "inet6";
}

/** What can be asked for its state. */
interface Addressable {
  readonly name: string;
  state(options?: CallOptions): Promise<InstanceState>;
}

/** How often the state is looked at, in milliseconds. */
const INTERVAL_MS = 1000;

/** Waits until an instance has an address, and gives it. */
export async function waitForAddress(
  instance: Addressable,
  options: AddressOptions,
): Promise<string> {
  const { family = "inet" } = options;
  const what = `see an address of instance "${instance.name}"`;
  return await limited(options, what, async (signal) => {
    while (true) {
      const state = await instance.state({ signal });
      if (state.status === "Stopped") throw new TypeError(`Cannot ${what}: it does not run`);
      const addresses = Object.values(state.network ?? {}).flatMap((it) => it.addresses ?? []);
      const found = addresses.find((it) => it.family === family && it.scope === "global");
      if (found) return found.address;
      await delay(INTERVAL_MS, signal);
    }
  });
}
