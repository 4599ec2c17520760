import { ConnectionError, LxkitError, NotFoundError, TransferError } from "../errors.ts";
import { COPY_MODES, type CopyMode, firstOf, listening } from "./copy_mode.ts";
import { MigrationAttempt } from "./migration_attempt.ts";
import type { Progress } from "./progress.ts";
import type { SocketOperation } from "./relay.ts";
import type { Session } from "./session.ts";
import type { Follow, Step } from "./task.ts";

/** One of the two servers of a migration, and what it is asked. */
export interface MigrationEnd {
  /** The server. */
  session: Session;
  /** Where it is asked. */
  path: string;
}

/** The other server, as one is told of it. */
export interface MigrationPeer {
  /** The URL of its operation. */
  operation: string;
  /** The secrets of that operation's websockets. */
  secrets: Record<string, string>;
  /** Its certificate, as PEM. */
  certificate: string | undefined;
}

/** How the target gets what it is to make: of a peer, or of whoever connects to it. */
export interface MigrationSource extends Partial<MigrationPeer> {
  /** What makes it a migration. */
  type: "migration";
  /** Who connects. */
  mode: "pull" | "push";
}

/** A copy from one server to another, of what both can migrate. */
export interface Migration {
  /** What it is, for messages: completes the sentence "Cannot ...". */
  what: string;
  /** The server that has it. */
  source: MigrationEnd & { body(target?: MigrationPeer): object };
  /** The server that is to have it. */
  target: MigrationEnd & { body(source: MigrationSource): object };
  /** How it is to go. Default: the first mode by which the two servers reach each other. */
  mode?: CopyMode;
  /** Called with how much was relayed. */
  onProgress?: (progress: Progress) => void;
}

/** What the servers say when they do not get through to each other. */
const NO_WAY = /Unable to connect|dial tcp|x509:|bad handshake|no such host|no route to host/;

/** Copies from one server to another; resolves when both say that it is done. */
export async function migrate(
  migration: Migration,
  follow: Follow,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { what, source, target } = migration;
  const modes = migration.mode ? [migration.mode] : COPY_MODES;
  const attempt = (begin: (attempt: MigrationAttempt) => Promise<void>) =>
    new MigrationAttempt(migration, follow, signal).through(begin);
  await firstOf(modes, hadNoWay, signal, async (mode) => {
    if (mode === "relay") return await attempt(relay);
    const { session } = mode === "pull" ? source : target;
    const { addresses, certificate } = await listening(session, what, signal);
    await firstOf(addresses, hadNoWay, signal, (address) => {
      const peer = ({ operation, secrets }: SocketOperation): MigrationPeer => ({
        operation: `${address}/1.0/operations/${operation.id}`,
        secrets,
        certificate,
      });
      return attempt((it) => mode === "pull" ? pull(it, peer) : push(it, peer));
    });
  });
}

/** Deletes what was moved, which stands on the target by then. */
export async function removeMoved(
  { what, source: { session, path } }: Migration,
  step: Step,
): Promise<void> {
  try {
    await step("DELETE", path, { session });
  } catch (cause) {
    // An ephemeral instance goes with its stop.
    if (cause instanceof NotFoundError) return;
    if (!(cause instanceof LxkitError)) throw cause;
    const message = `it stands there, but the source cannot be deleted: ${cause.message}`;
    throw new TransferError(`Cannot ${what}: ${message}`, { side: "source", cause });
  }
}

type PeerOf = (begun: SocketOperation) => MigrationPeer;

async function pull(attempt: MigrationAttempt, peer: PeerOf): Promise<void> {
  const source = await attempt.send();
  await attempt.receive({ type: "migration", mode: "pull", ...peer(source) });
}

async function push(attempt: MigrationAttempt, peer: PeerOf): Promise<void> {
  const target = await attempt.receive({ type: "migration", mode: "push" });
  await attempt.send(peer(target));
}

async function relay(attempt: MigrationAttempt): Promise<void> {
  const target = await attempt.receive({ type: "migration", mode: "push" });
  await attempt.relay(await attempt.send(), target);
}

/** Whether a copy failed because the servers did not get through to each other. */
function hadNoWay(error: LxkitError): boolean {
  // The one that was not even tried, since a server does not listen.
  if (error instanceof ConnectionError) return true;
  // Where this client does not get through to a server, no other mode helps.
  return error instanceof TransferError && !(error.cause instanceof ConnectionError) &&
    NO_WAY.test(error.message);
}
