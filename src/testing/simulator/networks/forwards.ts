import type { Call } from "../call.ts";
import { type Document, documentRoutes } from "../documents.ts";
import { NETWORK_OPERATIONS } from "../extensions.ts";
import { conflict, failed } from "../refusal.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import type { NetworkRecord } from "./networks.ts";

/** Where a port is forwarded to. */
interface ForwardPort {
  description?: string;
  protocol: string;
  listen_port: string;
  target_port?: string;
  target_address: string;
}

/** A forward of a network; its name is the address that it listens on. */
export interface ForwardRecord extends Document {
  description: string;
  config: Record<string, string>;
  ports: ForwardPort[];
}

/** What answers under `forwards`. */
export function forwardRoutes(
  server: SimulatedServer,
  networkOf: (call: Call) => NetworkRecord,
): Route[] {
  return documentRoutes<ForwardRecord>(server, {
    path: "/1.0/networks/{network}/forwards",
    event: "network-forward",
    fields: { description: "", config: {}, ports: [] },
    guarded: false,
    background: { extension: NETWORK_OPERATIONS, noun: "network forward" },
    shelf: (call) => networkOf(call).forwards,
    view: ({ description, config, ports, name }) => ({
      description,
      config,
      ports,
      listen_address: name,
      location: server.location,
    }),
    missing: ({ method }) =>
      method === "DELETE"
        ? "Failed deleting forward: Network forward not found"
        : "Network forward not found",
    create: async (call) => {
      const body = await call.json<ForwardRecord & { listen_address: string }>(
        "NetworkForwardsPost",
        { listen_address: "string" },
      );
      const { listen_address: name, description = "", config = {}, ports = [] } = body;
      const fail = (why: string) => failed(`Failed creating forward: ${why}`);
      if (!isAddress(name)) {
        throw fail(
          `Failed parsing address forward listen address "${name}": invalid CIDR address: ${name}/32`,
        );
      }
      const { forwards, project } = networkOf(call);
      if (forwards.has(name)) {
        throw conflict(
          "Failed creating forward: A forward for that listen address already exists",
        );
      }
      return { name, project, description, config, ports: checked(ports, fail) };
    },
    change: (_, fields) => {
      fields.ports = checked(
        fields.ports ?? [],
        (why) => failed(`Failed updating forward: ${why}`),
      );
    },
  });
}

function checked(ports: ForwardPort[], fail: (why: string) => Error): ForwardPort[] {
  return ports.map((port, index) => {
    if (!isAddress(port.target_address)) {
      throw fail(`Invalid target address in port specification ${index}`);
    }
    const { description = "", protocol, listen_port, target_port = "", target_address } = port;
    return { description, protocol, listen_port, target_port, target_address };
  });
}

function isAddress(text: string): boolean {
  if (text.includes(":")) return /^[0-9a-fA-F:.]+$/.test(text);
  const parts = text.split(".");
  return parts.length === 4 && parts.every((it) => /^\d{1,3}$/.test(it) && Number(it) < 256);
}
