import type { Client } from "../client.ts";
import { connect } from "../connect.ts";
import { Simulator, type SimulatorOptions } from "./simulator.ts";

/** A simulated server with a client of it; its end closes the client and halts all instances. */
export interface Simulation extends AsyncDisposable {
  /** A client of it. */
  readonly client: Client;
  /** The server, to look behind its API and to make things go wrong. */
  readonly simulator: Simulator;
}

/**
 * Starts a simulated server and connects to it.
 *
 * @example
 * ```ts
 * import { simulate } from "@lxkit/client/testing";
 *
 * await using simulation = await simulate();
 * const { client } = simulation;
 * const source = { type: "image", alias: "busybox" } as const;
 * const web = await client.instances.create({ name: "web", source, start: true });
 * await web.files.write("/etc/motd", "hello\n");
 * ```
 */
export async function simulate(options: SimulatorOptions = {}): Promise<Simulation> {
  const simulator = new Simulator(options);
  const client = await connect({ connector: simulator });
  return {
    client,
    simulator,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      simulator.halt();
    },
  };
}
