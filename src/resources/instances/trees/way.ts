import { ApiError, NotFoundError, OperationError, UnsupportedError } from "../../../errors.ts";
import type { Session } from "../../../core/session.ts";
import type { SftpChannel } from "../../../core/sftp/channel.ts";
import { openSftpChannel } from "../../../core/sftp/open.ts";
import type { TreeWay } from "../../../core/tree/options.ts";
import type { Files } from "../files.ts";
import { startProcess } from "../process_start.ts";

/** Whose files they are, and by what they can be reached. */
export interface TreePlace {
  /** The way to the server. */
  session: Session;
  /** The path of the thing that has the files. */
  owner: string;
  /** Its files by the files API. */
  files: Files;
  /** Whether it may be something that runs commands. */
  runs: boolean;
  /** The API extension by which it has SFTP; undefined where all servers have that. */
  sftpExtension: string | undefined;
}

/** The way that a tree takes, and the connection where it takes one. */
export type OpenWay = { way: "sftp"; channel: SftpChannel } | { way: "tar" | "files" };

/** Opens the way that is asked for, or else the best of those that there are. */
export async function openWay(
  place: TreePlace,
  way: TreeWay | undefined,
  signal: AbortSignal | undefined,
): Promise<OpenWay> {
  const { session, owner, runs, sftpExtension } = place;
  if (way === "files") return { way };
  if (way === "tar") {
    if (runs) return { way };
    throw new UnsupportedError(`Cannot use tar for ${owner}: only instances run commands`);
  }
  if (way === "sftp") {
    if (sftpExtension) session.require(sftpExtension, `use SFTP for ${owner}`);
    return { way, channel: await openSftpChannel(session, owner, { signal }) };
  }
  const offered = sftpExtension === undefined || session.facts.extensions.has(sftpExtension);
  if (session.connector.upgrade && offered) {
    try {
      return { way: "sftp", channel: await openSftpChannel(session, owner, { signal }) };
    } catch (error) {
      // Older servers have no SFTP; that there is no such instance comes to light by the files API, too.
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  return { way: runs && await hasTar(place, signal) ? "tar" : "files" };
}

/** Whether it runs and has a `tar`. */
async function hasTar(
  { session, owner }: TreePlace,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const process = await startProcess(session, `${owner}/exec`, ["tar", "--help"], { signal });
    try {
      process.stdin.close().catch(() => {});
      await Promise.all([process.stdout.cancel(), process.stderr.cancel()]);
      return (await process.status).success;
    } finally {
      await process[Symbol.asyncDispose]();
    }
  } catch (error) {
    if (error instanceof ApiError || error instanceof OperationError) return false;
    throw error;
  }
}
