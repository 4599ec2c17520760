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
      const found = addressIn(state, family);
      if (found !== undefined) return found;
      await delay(INTERVAL_MS, signal);
    }
  });
}

/** An address of an interface that leads out, first of all: bridges made inside, as of Docker, do not. */
function addressIn({ network }: InstanceState, family: "inet" | "inet6"): string | undefined {
  const interfaces = Object.values(network ?? {});
  const outward = interfaces.filter((it) => it.host_name);
  const addresses = [...outward, ...interfaces].flatMap((it) => it.addresses ?? []);
  return addresses.find((it) => it.family === family && it.scope === "global")?.address;
}
