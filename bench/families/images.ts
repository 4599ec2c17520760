/**
 * What it costs to move an image.
 *
 * @module
 */

import { bare, bareBeside, commands, type Contestant, ours } from "../kit/contestant.ts";
import type { Contest } from "../kit/contest.ts";
import type { Stage } from "../kit/stage.ts";

/** An image to the server and back. */
export async function* onDaemon(stage: Stage): AsyncGenerator<Contest, void> {
  const size = stage.scaled(500);
  const { file, fingerprint, bytes } = await makeImage(stage, size);
  const remove = () =>
    stage.api.request("DELETE", `/1.0/images/${fingerprint}`).catch(() => undefined);
  yield {
    work: `image upload, ${size} MiB`,
    ours: ours("uploadImage", stage.socket, file),
    peers: [{ contestant: curl(stage, file), goal: { rate: 0.95 } }],
    floor: bare("bare fetch", "uploadImage", stage.socket, file),
    size,
    rounds: 7,
    memory: 60,
    reset: remove,
  };
  // The last upload is still there.
  const args = [stage.socket, String(bytes), fingerprint];
  const target = `${stage.folder}/exported`;
  // The command line checks what comes by its fingerprint, and so does this package unless told otherwise.
  yield {
    work: `image export checked by its SHA-256, ${size} MiB`,
    ours: ours("exportImage", ...args, "checked"),
    peers: [
      { contestant: stage.cli(["image", "export", fingerprint, target]), goal: { rate: 2.5 } },
      { contestant: bareBeside("a bare fetch and the SHA-256", "exportImage", ...args, "checked") },
    ],
    floor: bare("a bare fetch and the SHA-256", "exportImage", ...args, "checked"),
    size,
    rounds: 7,
    memory: 60,
  };
  yield {
    work: `image export unchecked, ${size} MiB`,
    ours: ours("exportImage", ...args, "unchecked"),
    peers: [
      { contestant: bare("bare fetch", "exportImage", ...args, "unchecked"), goal: { rate: 0.95 } },
    ],
    floor: bare("the socket without HTTP", "exportBytes", ...args),
    size,
    rounds: 7,
    memory: 60,
  };
}

/** Sends the image, and waits for the server to have taken it. */
function curl(stage: Stage, file: string): Contestant {
  return commands(
    "curl",
    () => stage.curlProgram("/1.0/images", "-X", "POST", "-T", file, "-H", "Expect:"),
    (answer) => stage.curlProgram(`${JSON.parse(answer).operation}/wait`),
  );
}

/** An image whose root file system is one file that nothing makes smaller. */
async function makeImage(
  stage: Stage,
  size: number,
): Promise<{ file: string; bytes: number; fingerprint: string }> {
  const folder = `${stage.folder}/image`;
  await Deno.mkdir(`${folder}/rootfs`, { recursive: true });
  const metadata = `architecture: ${Deno.build.arch}\ncreation_date: 1700000000\n`;
  await Deno.writeTextFile(`${folder}/metadata.yaml`, metadata);
  await stage.file("image/rootfs/data", size);
  const file = `${stage.folder}/image.tar`;
  const args = ["-C", folder, "-cf", file, "metadata.yaml", "rootfs"];
  await new Deno.Command("tar", { args }).output();
  await Deno.remove(folder, { recursive: true });
  const { stdout } = await new Deno.Command("sha256sum", { args: [file] }).output();
  const fingerprint = new TextDecoder().decode(stdout).slice(0, 64);
  return { file, bytes: (await Deno.stat(file)).size, fingerprint };
}
