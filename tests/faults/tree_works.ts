import { assertEquals } from "@std/assert";
import type { TreeEntry, TreeWay } from "../../mod.ts";
import { uniqueName } from "../kit/case.ts";
import { downloaded, pattern } from "../kit/trees.ts";
import { MANY } from "./ground.ts";
import type { Work, WorkContext } from "./works.ts";

const BIG = pattern(150_000);
const TREE: readonly TreeEntry[] = [
  { path: "deep/er", type: "directory" },
  ...Array.from({ length: 40 }, (_, at) => ({ path: `deep/${at}`, data: pattern(at * 100) })),
  { path: "big", data: () => new Blob([BIG]).stream(), size: BIG.length },
  { path: "link", type: "symlink", target: "big" },
];

/** There and back. */
async function tree({ client, ground, limits }: WorkContext, way: TreeWay): Promise<void> {
  const { files } = client.instances.at(ground.running);
  const root = `/tmp/${uniqueName("tree")}`;
  const sent = await files.upload(TREE, root, { way, ...limits });
  assertEquals([sent.files, sent.symlinks], [41, 1]);
  const seen = await downloaded(files, root, { way, ...limits });
  // The root and two directories.
  assertEquals([seen.size, seen.get("deep/er")?.type], [TREE.length + 2, "directory"]);
  assertEquals(seen.get("big")?.data, BIG);
  for (let at = 0; at < 40; at++) assertEquals(seen.get(`deep/${at}`)?.data, pattern(at * 100));
}

/** One that changes from SFTP to tar on its way. */
async function largeTree({ client, ground, limits }: WorkContext): Promise<void> {
  const seen = await downloaded(client.instances.at(ground.running).files, "/srv/many", limits);
  assertEquals(seen.size, MANY + 1);
  for (let at = 1; at <= MANY; at++) {
    assertEquals(new TextDecoder().decode(seen.get(`${at}`)?.data), `${at}\n`);
  }
}

/** Whole trees. */
export const treeWorks: readonly Work[] = [
  { name: "a tree over SFTP", run: (context) => tree(context, "sftp") },
  { name: "a tree by tar", run: (context) => tree(context, "tar") },
  { name: "a tree by the files API", run: (context) => tree(context, "files") },
  { name: "a large tree", run: largeTree },
];
