import type { Channel } from "../connector.ts";
import { ProtocolError } from "../errors.ts";
import type { Operation } from "./operation.ts";
import type { Progress } from "./progress.ts";
import { counted } from "./transfer.ts";

/** Two operations whose websockets are to be joined. */
export interface RelayEnds {
  /** The operation of the server that sends. */
  source: Operation;
  /** The operation of the server that receives. */
  target: Operation;
}

/** What goes on between two operations by way of this client. */
export interface Relay {
  /** Ends it, and resolves when all connections have ended. */
  close(): Promise<void>;
}

/** What is told about: the files. All else is small. */
const FILES = "fs";

/**
 * The secrets of an operation's websockets by their names. Its metadata is a flat map, in which newer
 * servers put other things, too.
 */
export function socketSecrets({ data }: Operation): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data.metadata ?? {}).filter((entry): entry is [string, string] =>
      typeof entry[1] === "string" && /^[0-9a-f]{32,}$/.test(entry[1])
    ),
  );
}

/**
 * Joins the websockets of two operations, message by message as they come, each side as fast as the
 * other one takes them.
 */
export async function openRelay(
  { source, target }: RelayEnds,
  onProgress: ((progress: Progress) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<Relay> {
  const from = socketSecrets(source);
  const names = Object.keys(socketSecrets(target));
  const lacking = ["control", ...names].find((name) => !(name in from));
  if (lacking !== undefined) {
    throw new ProtocolError(`Cannot relay: the source has no connection "${lacking}"`);
  }
  const secrets = names.flatMap((name) => [
    source.webSocket(from[name]!, { signal }),
    target.webSocket(socketSecrets(target)[name]!, { signal }),
  ]);
  const opened = await Promise.allSettled(secrets);
  const channels = opened.flatMap((it) => it.status === "fulfilled" ? [it.value] : []);
  const close = () => {
    for (const channel of channels) channel.close();
  };
  const failed = opened.find((it) => it.status === "rejected");
  if (failed) {
    close();
    throw failed.reason;
  }
  const joined = names.map((name, index) =>
    join(channels[2 * index]!, channels[2 * index + 1]!, name === FILES ? onProgress : undefined)
  );
  return {
    async close() {
      close();
      await Promise.all(joined);
    },
  };
}

/** Joins two channels until both have ended: the end of one is passed on after its last message. */
async function join(
  source: Channel,
  target: Channel,
  onProgress: ((progress: Progress) => void) | undefined,
): Promise<void> {
  await Promise.allSettled([
    counted(source.readable, "relay", null, onProgress).pipeTo(target.writable),
    target.readable.pipeTo(source.writable),
  ]);
}
