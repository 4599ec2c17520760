/**
 * What a script costs until it has its first answer, its process and its code included.
 *
 * @module
 */

import { command, hasPylxd, PYTHON } from "../kit/contestant.ts";
import type { Contest, Peer } from "../kit/contest.ts";
import type { Stage } from "../kit/stage.ts";

const path = (name: string) => new URL(`../work/${name}`, import.meta.url).pathname;

/** A script that connects and prints what the server answers first. */
export function* onDaemon(stage: Stage): Generator<Contest, void> {
  const { kind, socket } = stage;
  const deno = (name: string, file: string) =>
    command(name, { argv: [Deno.execPath(), "run", "-A", "--no-check", path(file), socket] });
  const peers: Peer[] = [
    { contestant: deno("a bare fetch script", "start_bare.ts"), goal: { time: 1.25 } },
    { contestant: deno("an empty script", "start_empty.ts") },
  ];
  if (kind === "lxd" && hasPylxd()) {
    const argv: [string, ...string[]] = [PYTHON, path("start_pylxd.py"), socket];
    peers.push({ contestant: command("pylxd", { argv }), goal: { time: 0.25 } });
  }
  yield {
    work: "cold start of a script to its first answer",
    ours: deno("this package", "start_ours.ts"),
    peers,
    floor: deno("loading this package's modules", "start_import.ts"),
    rounds: stage.scaled(24),
  };
}
