/**
 * What a script costs until it has its first answer, its process and its code included.
 *
 * @module
 */

import { command, hasPylxd, PYTHON } from "../kit/contestant.ts";
import type { Contest, Peer } from "../kit/contest.ts";
import type { Stage } from "../kit/stage.ts";

const path = (name: string) => new URL(`../work/${name}`, import.meta.url).pathname;

/** A script that connects and prints what it learns of the server: as it is and bundled. */
export async function* onDaemon(stage: Stage): AsyncGenerator<Contest, void> {
  const forms = [["a script", "client"], ["a script without models", "connection"]] as const;
  for (const [what, entry] of forms) {
    const [ours, modules] = [`start_${entry}`, `import_${entry}`];
    yield start(stage, what, path(`${ours}.ts`), path(`${modules}.ts`));
    const script = await bundle(stage, ours);
    yield start(stage, `${what}, bundled,`, script, await bundle(stage, modules));
  }
}

function start(stage: Stage, what: string, script: string, modules: string): Contest {
  const { kind, socket } = stage;
  const deno = (name: string, file: string) =>
    command(name, { argv: [Deno.execPath(), "run", "-A", "--no-check", file, socket] });
  const peers: Peer[] = [
    { contestant: deno("a bare fetch script", path("start_bare.ts")), goal: { time: 1.25 } },
    { contestant: deno("an empty script", path("start_empty.ts")) },
  ];
  if (kind === "lxd" && hasPylxd()) {
    const argv: [string, ...string[]] = [PYTHON, path("start_pylxd.py"), socket];
    peers.push({ contestant: command("pylxd", { argv }), goal: { time: 0.25 } });
  }
  return {
    work: `cold start of ${what} to its first answer`,
    ours: deno("this package", script),
    peers,
    floor: deno("loading this package's modules", modules),
    rounds: stage.scaled(24),
  };
}

/** Bundles a script with all that it imports, as who starts it often would. */
async function bundle(stage: Stage, name: string): Promise<string> {
  const folder = `${stage.folder}/${name}`;
  const args = ["bundle", "--quiet", "--code-splitting", "--outdir", folder, path(`${name}.ts`)];
  const { success } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`Cannot measure: deno bundle failed on ${name}.ts`);
  return `${folder}/${name}.js`;
}
