/**
 * Prints the server's events as they come, one line of JSON each, until Ctrl-C.
 *
 *     deno task example examples/watch_events.ts
 *     deno task example examples/watch_events.ts --type lifecycle --type operation --all-projects
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { connect, type EventType } from "../mod.ts";

const { type, "all-projects": allProjects } = parseArgs(Deno.args, {
  string: ["type"],
  collect: ["type"],
  boolean: ["all-projects"],
});
const types = type.length > 0 ? type as EventType[] : undefined;

try {
  await using client = await connect();
  await using events = client.events({ types, allProjects });
  Deno.addSignalListener("SIGINT", () => events.close());
  await events.opened;
  console.error(`Watching ${client.connector.address}`);
  for await (const event of events) console.log(JSON.stringify(event));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exitCode = 1;
}
