import type { Clock } from "../clock.ts";
import { answerFiles, type FilesRequest, type FilesServer } from "./files_api.ts";
import { seedFiles } from "./files/seed.ts";
import type { GuestFiles } from "./files/guest_files.ts";
import { serveSftp } from "./sftp/sftp_server.ts";
import type { ByteDuplex } from "./socket.ts";

/** What a simulated instance has inside when it comes to be. */
export interface GuestOptions {
  /** The time that goes by in it. */
  clock: Clock;
  /** Its files. Default: those of a small image. */
  files?: GuestFiles;
}

/** What is inside a simulated instance, whether it runs or not. */
export class Guest {
  /** Its files. */
  files: GuestFiles;

  /** The inside of a new instance. */
  constructor(options: GuestOptions) {
    this.files = options.files ?? seedFiles([], () => options.clock.now());
  }

  /** Answers a request to the `files` path. */
  answerFiles(request: FilesRequest, server: FilesServer): Promise<Response> {
    return answerFiles(this.files, request, server);
  }

  /** Serves its files over SFTP until the client goes. */
  serveSftp(connection: ByteDuplex): Promise<void> {
    return serveSftp(this.files, connection);
  }
}
