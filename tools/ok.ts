/**
 * The whole static gate: `deno task ok`. Runs every step, prints what a failed one said, and names
 * the failed ones at the end.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { stdFlags } from "./std.ts";

const root = new URL("../", import.meta.url);
const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
const entries = Object.values<string>(config.exports);

/**
 * Writes the configuration under which the package must pass for every runtime: the DOM's types
 * alone, and the lint rules that keep runtimes out of the neutral part.
 */
async function writeNeutralConfig(): Promise<string> {
  const name = "deno.neutral.json";
  const neutral = {
    lock: false,
    // What entries of their own may load; @std is no part of the package.
    imports: Object.fromEntries(
      Object.entries<string>(config.imports).filter(([, target]) => target.startsWith("npm:")),
    ),
    compilerOptions: {
      ...config.compilerOptions,
      lib: ["esnext", "dom", "dom.iterable", "dom.asynciterable"],
    },
    lint: {
      plugins: ["./tools/gate/neutral_plugin.ts"],
      rules: {
        tags: [],
        include: [
          "neutral/no-runtime-name",
          "neutral/no-global-this",
          "neutral/no-using",
          "neutral/literal-import",
        ],
      },
    },
  };
  await Deno.writeTextFile(new URL(name, root), JSON.stringify(neutral, null, 2) + "\n");
  return name;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(new URL(path, root)).then(() => true, () => false);
}

const std = await stdFlags();
const neutral = ["--config", await writeNeutralConfig()];
const pages = (await exists("README.md")) ? ["README.md"] : [];

/** What each step is called, and the arguments of its `deno`. */
const steps: [name: string, args: string[]][] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", ["check", ...std, "."]],
  ["types without a runtime", ["check", ...neutral, ...entries]],
  ["no runtime named", ["lint", ...neutral, "mod.ts", "src"]],
  ["layers", ["run", "-A", "tools/layers.ts"]],
  ["docs", ["doc", "--lint", ...entries]],
  ["doc examples", ["check", ...std, "--doc-only", "mod.ts", "src", ...pages]],
  ["package", ["publish", "--dry-run", "--allow-dirty"]],
  ["npm package", ["run", "-A", "tools/npm_check.ts"]],
  ["generated types", ["run", "-A", ...std, "tools/wire_types.ts", "--check"]],
  ["coverage page", ["run", "-A", "tools/coverage.ts", "--check"]],
  ["size", ["run", "-A", "tools/size.ts", "--check"]],
  ["runtimes page", ["run", "-A", "tools/runtimes.ts", "--check"]],
  ["migration page", ["run", "-A", ...std, "tools/migration.ts", "--check"]],
];

const failed: string[] = [];
for (const [name, args] of steps) {
  const start = performance.now();
  const command = new Deno.Command(Deno.execPath(), { args, cwd: root });
  const { success, stdout, stderr } = await command.output();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${success ? "ok" : "FAILED"}  ${name} (${seconds} s)`);
  if (success) continue;
  failed.push(name);
  await Deno.stdout.write(stdout);
  await Deno.stderr.write(stderr);
}
if (failed.length) console.log(`Cannot pass: ${failed.join(", ")}`);
Deno.exit(failed.length ? 1 : 0);
