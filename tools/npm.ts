/**
 * Writes the npm package: `deno task npm` makes `.cache/npm/lxkit-client.tgz`, and beside it the folder
 * `package` that is in it.
 *
 * `deno pack` makes the modules and their declarations; the metadata that it leaves out is added here.
 *
 * @module
 */
// deno-lint-ignore-file no-console

const root = new URL("../", import.meta.url);

/** The fields of `package.json` that `deno.json` has no place for. */
function metadata(repository: string): Record<string, unknown> {
  return {
    description:
      "Client for the REST APIs of LXD and Incus: system containers and virtual machines",
    keywords: [
      "lxd",
      "incus",
      "lxc",
      "containers",
      "virtual-machines",
      "client",
      "api",
      "deno",
      "node",
      "bun",
    ],
    homepage: `https://github.com/${repository}#readme`,
    bugs: `https://github.com/${repository}/issues`,
    repository: { type: "git", url: `git+https://github.com/${repository}.git` },
    // process.getBuiltinModule() came with it.
    engines: { node: ">=20.16" },
    sideEffects: false,
    publishConfig: { access: "public" },
  };
}

async function run(command: string, args: string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd: root }).output();
  if (success) return;
  await Deno.stderr.write(stdout);
  await Deno.stderr.write(stderr);
  throw new Error(`Cannot make the npm package: ${command} ${args[0]} failed`);
}

/** Makes the package in a folder, and gives the path of its tarball. */
export async function packForNpm(folder: string): Promise<string> {
  const tarball = `${folder}/lxkit-client.tgz`;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  // Source maps would carry the path of this folder; the code in the package reads like its source.
  await run(Deno.execPath(), [
    "pack",
    "--allow-dirty",
    "--no-source-maps",
    "--output",
    tarball,
  ]);
  await run("tar", ["--extract", "--gzip", "--file", tarball, "--directory", folder]);
  const manifest = `${folder}/package/package.json`;
  // Provenance is refused unless the repository is the one that publishes.
  const repository = Deno.env.get("GITHUB_REPOSITORY") ?? "lxkit/client";
  const { name, version, ...made } = JSON.parse(await Deno.readTextFile(manifest));
  const whole = { name, version, ...metadata(repository), ...made };
  await Deno.writeTextFile(manifest, JSON.stringify(whole, null, 2) + "\n");
  await run("tar", ["--create", "--gzip", "--file", tarball, "--directory", folder, "package"]);
  return tarball;
}

if (import.meta.main) console.log(await packForNpm(new URL(".cache/npm", root).pathname));
