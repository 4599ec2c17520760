import { type CallOptions, limited } from "../call.ts";
import type { Session } from "../session.ts";
import { SftpChannel } from "./channel.ts";
import { Sftp } from "./sftp.ts";

/** Opens the file system of the thing at a path: `GET .../sftp`. `signal` ends it later, too. */
export async function openSftp(
  session: Session,
  owner: string,
  options: CallOptions = {},
): Promise<Sftp> {
  return new Sftp(await openSftpChannel(session, owner, options));
}

/** Opens the connection for it alone. */
export async function openSftpChannel(
  session: Session,
  owner: string,
  options: CallOptions = {},
): Promise<SftpChannel> {
  return await limited(options, `open the files of ${owner}`, async (signal) => {
    const connection = await session.upgrade(`${owner}/sftp`, "sftp", { signal });
    const channel = new SftpChannel(connection, session.connector.address);
    try {
      await channel.greet();
    } catch (error) {
      await channel.close();
      throw error;
    }
    return channel;
  });
}
