/**
 * Compares this package with other clients, each piece of work done in turns by all of them.
 *
 *     deno task bench                     everything, against an LXD and an Incus booted for it
 *     deno task bench exec files          some families
 *     deno task bench --small             an eighth of the sizes and rounds, for a trial
 *     deno task bench --server=lxd        against one server
 *     deno task bench --write             writes docs/performance.md
 *
 * Needs what the tests need, and curl. Prints the machine and the table; what is not installed is left
 * out, and named.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { findObstacle, type ServerKind, serverKinds } from "../tests/kit/daemon.ts";
import * as exec from "./families/exec.ts";
import * as files from "./families/files.ts";
import * as images from "./families/images.ts";
import * as lists from "./families/lists.ts";
import * as operations from "./families/operations.ts";
import * as requests from "./families/requests.ts";
import * as start from "./families/start.ts";
import * as trees from "./families/trees.ts";
import { type Contest, hold, type Row } from "./kit/contest.ts";
import type { DaemonFamily, RecordedFamily } from "./kit/family.ts";
import { describeMachine } from "./kit/machine.ts";
import { startResponder } from "./kit/recorded.ts";
import { openStage } from "./kit/stage.ts";
import { headLines, rowLine } from "./kit/table.ts";
import { type Chapter, writePage } from "./page.ts";

const recorded: Record<string, RecordedFamily> = { requests, lists, operations };
const onDaemon: Record<string, DaemonFamily> = { exec, files, trees, images, start };
const all = [...Object.keys(recorded), ...Object.keys(onDaemon)];

const flags = parseArgs(Deno.args, { boolean: ["small", "write"], string: ["server"] });
const names = flags._.length > 0 ? flags._.map(String) : all;
const kinds = flags.server === undefined ? serverKinds : [flags.server as ServerKind];
const unknown = names.find((name) => !all.includes(name)) ??
  kinds.find((kind) => !serverKinds.includes(kind));
if (unknown !== undefined) {
  console.error(
    `Cannot measure "${unknown}": there are ${all.join(", ")} on ${serverKinds.join(", ")}`,
  );
  Deno.exit(2);
}

const scaled = (amount: number) => flags.small ? Math.ceil(amount / 8) : amount;
const chapters: Chapter[] = [];

/** Holds contests one after the other, and prints each line as soon as it is known. */
async function holdAll(
  title: string,
  contests: (family: string) => AsyncIterable<Contest> | Iterable<Contest> | undefined,
  serverTime?: () => number,
): Promise<void> {
  const rows: Row[] = [];
  console.log(["", title, "", ...headLines()].join("\n"));
  for (const name of names) {
    for await (const contest of contests(name) ?? []) {
      const found = await hold(contest, serverTime);
      for (const row of found) console.log(rowLine(row));
      rows.push(...found);
    }
  }
  for (const { limit } of rows) if (limit) console.log(`- ${limit}`);
  chapters.push({ title, rows });
}

const machine = describeMachine();
console.log(machine);
if (names.some((name) => name in recorded)) {
  await using responder = await startResponder();
  await holdAll("A server of recorded answers", (name) => {
    return recorded[name]?.recorded(responder.socket, scaled);
  });
}
if (names.some((name) => name in onDaemon)) {
  for (const kind of kinds) {
    const obstacle = findObstacle(kind);
    if (obstacle !== undefined) {
      console.log(`Cannot measure on ${kind}: ${obstacle}`);
      continue;
    }
    await using stage = await openStage(kind, flags.small);
    await holdAll(
      await stage.describe(),
      (name) => onDaemon[name]?.onDaemon(stage),
      () => stage.serverTime(),
    );
  }
}
if (flags.write) await writePage(machine, chapters);
