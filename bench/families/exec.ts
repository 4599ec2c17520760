/**
 * What it costs to run commands.
 *
 * @module
 */

import { bare, bareBeside, hasPylxd, ours, pylxd } from "../kit/contestant.ts";
import type { Contest, Peer } from "../kit/contest.ts";
import { MIB } from "../kit/measure.ts";
import { CONTAINER, type Stage } from "../kit/stage.ts";

/** A command that does nothing, one that writes much, and one that reads much. */
export async function* onDaemon(stage: Stage): AsyncGenerator<Contest, void> {
  yield nothing(stage);
  yield output(stage);
  yield await input(stage);
}

function nothing(stage: Stage): Contest {
  const { socket } = stage;
  const peers: Peer[] = [
    { contestant: stage.cli(["exec", CONTAINER, "--", "true"]), goal: { time: 0.5 } },
  ];
  if (stage.kind === "lxd" && hasPylxd()) {
    peers.push({ contestant: pylxd("exec_true", socket), goal: { time: 0.2 } });
  }
  peers.push({ contestant: bare("the server without streams", "execAlone", socket, "true") });
  return {
    work: "exec `true`, start to exit code",
    ours: ours("execTrue", socket),
    peers,
    floor: bare("the codec alone", "execToEnd", socket),
    rounds: stage.scaled(24),
  };
}

function output(stage: Stage): Contest {
  const size = stage.scaled(256);
  const command = ["dd", "if=/dev/zero", "bs=64k", `count=${size * 16}`];
  const args = [stage.socket, String(size * MIB), ...command];
  return {
    work: `exec, stdout of ${size} MiB`,
    ours: ours("execOutput", ...args),
    peers: [
      { contestant: stage.cli(["exec", CONTAINER, "--", ...command]), goal: { rate: 2.5 } },
      { contestant: bare("the codec alone", "execOutput", ...args), goal: { rate: 0.9 } },
    ],
    floor: bare("the socket without a codec", "execBytes", ...args),
    size,
    rounds: 7,
    memory: 80,
  };
}

async function input(stage: Stage): Promise<Contest> {
  const size = stage.scaled(64);
  const file = await stage.file("input", size);
  const command = ["dd", "of=/dev/null", "bs=64k"];
  const args = [stage.socket, file, ...command];
  return {
    work: `exec, stdin of ${size} MiB`,
    ours: ours("execInput", ...args),
    peers: [
      { contestant: stage.cli(["exec", CONTAINER, "--", ...command], file), goal: { rate: 1.3 } },
      { contestant: bareBeside("the codec alone", "execInput", ...args) },
    ],
    floor: bare("the codec alone", "execInput", ...args),
    size,
    rounds: 7,
    memory: 60,
  };
}
