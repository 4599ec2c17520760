/**
 * What it costs to move one large file.
 *
 * @module
 */

import { bare, bareBeside, command, ours } from "../kit/contestant.ts";
import type { Contest } from "../kit/contest.ts";
import { MIB } from "../kit/measure.ts";
import { CONTAINER, type Stage } from "../kit/stage.ts";

const PATH = "/root/large";

/** A file to the container and back. */
export async function* onDaemon(stage: Stage): AsyncGenerator<Contest, void> {
  const size = stage.scaled(512);
  const file = await stage.file("large", size);
  const path = `/1.0/instances/${CONTAINER}/files?path=${PATH}`;
  const type = stage.header("type");
  const sending = ["-X", "POST", "-T", file, "-H", "Expect:", "-H", `${type}: file`];
  yield {
    work: `file push, ${size} MiB`,
    ours: ours("push", stage.socket, file, PATH),
    peers: [
      { contestant: command("curl", stage.curlProgram(path, ...sending)), goal: { rate: 0.9 } },
      {
        contestant: bare("bare fetch", "push", stage.socket, file, PATH, type),
        goal: { rate: 0.95 },
      },
    ],
    size,
    rounds: 7,
    memory: 60,
  };
  const args = [stage.socket, String(size * MIB), PATH];
  yield {
    work: `file pull, ${size} MiB`,
    ours: ours("pull", ...args),
    peers: [
      { contestant: command("curl", stage.curlProgram(path)), goal: { rate: 0.9 } },
      { contestant: bare("bare fetch", "pull", ...args), goal: { rate: 0.95 } },
      { contestant: bareBeside("bare fetch", "pull", ...args) },
    ],
    size,
    rounds: 7,
    memory: 60,
  };
}
