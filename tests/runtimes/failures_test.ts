/**
 * What is said on other runtimes of a socket that cannot be used. The same is tested in full on Deno, in
 * `tests/unit/connectors`.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { npmProject, withoutNpm } from "../kit/npm_project.ts";
import { runtimePath } from "../kit/runtimes.ts";
import { temporary } from "../unit/connectors/deno_kit.ts";

const script = `
  import { connect } from "@lxkit/client";
  const told = [];
  for (const socket of [...process.argv.slice(2), undefined]) {
    await connect({ socket }).catch(({ name, reason, message }) => told.push([name, reason, message]));
  }
  console.log(JSON.stringify(told));
`;

/** A socket that nobody listens on, and one that this user may not open. */
async function makeSockets(folder: string): Promise<Disposable> {
  const dead = Deno.listen({ transport: "unix", path: `${folder}/1` });
  // As a daemon leaves it that was killed: a listener that is closed takes its file away.
  await Deno.rename(`${folder}/1`, `${folder}/dead`);
  dead.close();
  const closed = Deno.listen({ transport: "unix", path: `${folder}/closed` });
  await Deno.chmod(`${folder}/closed`, 0);
  return closed;
}

Deno.test(
  { name: "Other runtimes say why a socket cannot be used", ignore: withoutNpm },
  async () => {
    const project = await npmProject("failures");
    await Deno.writeTextFile(`${project}/main.js`, script);
    await using directory = await temporary();
    using _ = await makeSockets(directory.path);
    const sockets = ["none", "dead", "closed"].map((name) => `${directory.path}/${name}`);
    // Permissions do not bind root, as long as it has these capabilities.
    const wrapper = Deno.uid() === 0
      ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
      : [];
    for (const runtime of ["node20", "node22", "node24", "bun"] as const) {
      const [command, ...args] = [...wrapper, await runtimePath(runtime), "main.js", ...sockets];
      const { stdout, stderr } = await new Deno.Command(command!, {
        args,
        cwd: project,
        env: { LXD_DIR: directory.path },
      }).output();
      const printed = new TextDecoder().decode(stdout);
      assertStringIncludes(printed, "[", new TextDecoder().decode(stderr));
      const told: string[][] = JSON.parse(printed);
      assertEquals(told.map(([name, reason]) => `${runtime} ${name} ${reason}`), [
        `${runtime} ConnectionError socket-missing`,
        `${runtime} ConnectionError refused`,
        `${runtime} ConnectionError permission-denied`,
        `${runtime} ConnectionError socket-missing`,
      ]);
      assertStringIncludes(told[2]![2]!, `unix:${sockets[2]}: permission denied. Run as a user in`);
      assertStringIncludes(
        told[3]![2]!,
        `$LXD_DIR: Cannot reach unix:${directory.path}/unix.socket`,
      );
    }
  },
);
