import type { Channel } from "../connector.ts";
import { ProtocolError } from "../errors.ts";
import type { OperationData } from "../types/mod.ts";
import { Operation } from "./operation.ts";
import type { Progress } from "./progress.ts";
import type { Session } from "./session.ts";
import { chunksOf } from "./streams.ts";
import { Meter } from "./transfer.ts";

/** An operation with its websockets, which wait to be connected. */
export interface SocketOperation {
  /** The operation. */
  operation: Operation;
  /** The secrets of its websockets by their names. */
  secrets: Record<string, string>;
}

/** What goes on between two operations by way of this client. */
export interface Relay {
  /** Ends it, and resolves when all connections have ended. */
  close(): Promise<void>;
}

/** What is told about: the files. All else is small. */
const FILES = "fs";

/**
 * An operation as it was begun, with its secrets: its metadata is a flat map, in which newer servers
 * put other things, too.
 */
export function socketOperation(session: Session, data: OperationData): SocketOperation {
  const secrets = Object.entries(data.metadata ?? {}).filter((entry): entry is [string, string] =>
    typeof entry[1] === "string" && /^[0-9a-f]{32,}$/.test(entry[1])
  );
  return { operation: new Operation(session, data), secrets: Object.fromEntries(secrets) };
}

/**
 * Joins the websockets of two operations, message by message as they come, each side as fast as the
 * other one takes them.
 */
export async function openRelay(
  source: SocketOperation,
  target: SocketOperation,
  onProgress: ((progress: Progress) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<Relay> {
  const names = Object.keys(target.secrets);
  const lacking = ["control", ...names].find((name) => !(name in source.secrets));
  if (lacking !== undefined) {
    throw new ProtocolError(`Cannot relay: the source has no connection "${lacking}"`);
  }
  const channels: Channel[] = [];
  const close = () => {
    for (const channel of channels) channel.close();
  };
  try {
    // One after the other: LXD 5.0 crashes as a whole when the last two of an operation come at once.
    for (const name of names) {
      for (const { operation, secrets } of [source, target]) {
        channels.push(await operation.webSocket(secrets[name]!, { signal }));
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  const meter = onProgress && new Meter("relay", null, onProgress);
  const carried = names.flatMap((name, index) => {
    const [here, there] = [channels[2 * index]!, channels[2 * index + 1]!];
    return [carry(here, there, name === FILES ? meter : undefined), carry(there, here)];
  });
  return {
    async close() {
      close();
      await Promise.all(carried);
      meter?.tell();
    },
  };
}

/** Carries messages one way, and passes their end on. Never rejects: the servers know why it broke. */
async function carry(from: Channel, to: Channel, meter?: Meter): Promise<void> {
  const writer = to.writable.getWriter();
  try {
    for await (const message of chunksOf(from.readable)) {
      await writer.write(message);
      meter?.add(message.length);
    }
    await writer.close();
  } catch {
    from.close();
    to.close();
  }
}
