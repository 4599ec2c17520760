import type { GuestFiles } from "../guest/files/guest_files.ts";
import { Guest } from "../guest/guest.ts";
import type { GuestSession } from "../guest/session.ts";
import { failed } from "../refusal.ts";
import type { SimulatedServer } from "../server.ts";

/** What is inside an instance: its files, until it can run commands. */
export class Inside extends Guest {
  hostname = "";
  readonly processes: number = 2;
  readonly interfaces: Map<string, { up: boolean; addresses: object[] }> = new Map();
  readonly console = { log: (): Uint8Array => new Uint8Array(), clearLog: (): void => {} };
  start(): void {}
  stop(): void {}
  freeze(): void {}
  unfreeze(): void {}
  exec(_post: object): GuestSession {
    throw failed("Commands are not simulated yet");
  }
  attachConsole(_post: object): GuestSession {
    throw failed("Consoles are not simulated yet");
  }
}

/** What is inside a new instance. */
export function makeGuest(server: SimulatedServer, hostname: string, files?: GuestFiles): Inside {
  const guest = new Inside({ clock: server.clock, files });
  guest.hostname = hostname;
  return guest;
}
