/**
 * Trees between a container and a local folder.
 *
 * @module
 */

import { connect, type Instance } from "../../mod.ts";
import { imageAlias } from "./setup.ts";
import { serverTest } from "./suite.ts";
import { pattern } from "./trees.ts";

/** Runs a test with a running container, and a local folder, which go afterwards. */
export function treeTest(
  name: string,
  fn: (instance: Instance, folder: string, socket: string) => Promise<void>,
): void {
  serverTest(name, async ({ socket }) => {
    await using client = await connect({ socket });
    const source = { type: "image", alias: imageAlias } as const;
    const box = `local-${crypto.randomUUID().slice(0, 8)}`;
    const instance = await client.instances.create({ name: box, source, start: true });
    const folder = await Deno.makeTempDir({ prefix: "lxkit-tree-" });
    try {
      await fn(instance, folder, socket);
    } finally {
      await Deno.remove(folder, { recursive: true });
      await instance.stop({ force: true });
      await instance.delete();
    }
  });
}

/** Runs a line of shell in a local folder, and gives what it prints. */
export async function sh(folder: string, line: string): Promise<string> {
  const command = new Deno.Command("sh", { args: ["-c", line], cwd: folder });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Makes a folder with some of everything. */
export async function fill(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  await Deno.writeFile(`${folder}/big`, pattern(1_000_003));
  await sh(
    folder,
    `mkdir -p empty deep/er private; echo text > deep/er/text; : > nothing; chmod 600 nothing
    echo secret > private/key; chmod 600 private/key; chmod 700 private; chmod 755 deep/er/text
    printf odd > 'a
b ü'; ln -s deep/er/text link; ln -s /no/where dangling
    find . -exec touch -h -d @1000000000 {} +`,
  );
}
