import type { GuestFiles } from "../guest/files/guest_files.ts";
import { Guest } from "../guest/guest.ts";
import type { SimulatedServer } from "../server.ts";

/** What is inside a new instance. */
export function makeGuest(server: SimulatedServer, hostname: string, files?: GuestFiles): Guest {
  return new Guest({ clock: server.clock, hostname, files, commands: server.commands });
}
