/**
 * What it costs to move a tree of many small files.
 *
 * @module
 */

import { bare, ours } from "../kit/contestant.ts";
import type { Contest } from "../kit/contest.ts";
import { CONTAINER, type Stage } from "../kit/stage.ts";
import { push } from "../work/bare.ts";

const FILES = 1000;
const FOLDERS = 20;
const FILE_BYTES = 2048;
const TREE = "tree";
const REMOTE = `/root/${TREE}`;

/** A tree to the container and back, into a place where there is nothing yet. */
export async function* onDaemon(stage: Stage): AsyncGenerator<Contest, void> {
  const count = stage.scaled(FILES);
  const local = `${stage.folder}/${TREE}`;
  await makeTree(local, count);
  const packed = await pack(stage);
  yield {
    work: `tree push, ${count} files of 2 KiB`,
    ours: ours("pushTree", stage.socket, local, REMOTE),
    peers: [{
      contestant: stage.cli(["file", "push", "-r", local, `${CONTAINER}/root`]),
      goal: { rate: 8 },
    }],
    floor: bare("a tar in the container", "execAlone", stage.socket, ...packed),
    rounds: 5,
    reset: () => stage.run(["rm", "-rf", REMOTE]),
  };
  // What was pushed last is still there.
  const target = `${stage.folder}/pulled`;
  yield {
    work: `tree pull, ${count} files of 2 KiB`,
    ours: ours("pullTree", stage.socket, REMOTE, target),
    peers: [{
      contestant: stage.cli(["file", "pull", "-r", `${CONTAINER}${REMOTE}`, target]),
      goal: { rate: 8 },
    }],
    floor: bare(
      "a tar in the container, its files written",
      "pullTar",
      stage.socket,
      REMOTE,
      target,
    ),
    rounds: 5,
    async reset() {
      await Deno.remove(target, { recursive: true }).catch(() => {});
      await Deno.mkdir(target);
    },
  };
}

/** Packs the tree into a file in the container; gives the command there that writes the tree out of it. */
async function pack(stage: Stage): Promise<string[]> {
  const [archive, remote] = [`${stage.folder}/${TREE}.tar`, `${REMOTE}.tar`];
  await new Deno.Command("tar", { args: ["-C", stage.folder, "-cf", archive, TREE] }).output();
  await (await push(stage.socket, archive, remote, stage.header("type")))();
  return ["tar", "-C", "/root", "-xf", remote];
}

async function makeTree(root: string, count: number): Promise<void> {
  const bytes = crypto.getRandomValues(new Uint8Array(FILE_BYTES));
  for (let index = 0; index < count; index++) {
    const folder = `${root}/${index % FOLDERS}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeFile(`${folder}/${index}`, bytes);
  }
}
