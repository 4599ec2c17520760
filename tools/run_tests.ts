/**
 * Runs the tests against real daemons: `deno task test`, with any further arguments of `deno test`.
 *
 * Boots one LXD and one Incus for the whole run and stops them afterwards, however the run ended. The
 * last line is `N passed, N failed, N skipped`. With `CI=true` a skipped test is a failure.
 *
 * @module
 */
// deno-lint-ignore-file no-console

// deno-lint-ignore no-external-import
import { stripVTControlCharacters } from "node:util";
import { stopLeftDaemon } from "../tests/kit/daemon.ts";
import { type MissingServer, type ServerPark, startServers } from "../tests/kit/servers.ts";
import { stdFlags } from "./std.ts";

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

const root = new URL("../", import.meta.url).pathname;
const artifacts = `${root}.ci/artifacts`;

/** Reads the counts off what `deno test` printed; without a summary the run itself has failed. */
function readOutcome(output: string, success: boolean): Outcome {
  const summary = /\| (\d+) passed.*? \| (\d+) failed(?:.*? \| (\d+) ignored)?/g;
  const [, passed = 0, failed = 0, skipped = 0] =
    stripVTControlCharacters(output).matchAll(summary).toArray().at(-1) ?? [];
  const outcome = { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
  if (!success) outcome.failed ||= 1;
  return outcome;
}

/** Passes the output on as it comes and keeps it. */
async function relay(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    for (let rest = chunk; rest.length;) rest = rest.subarray(await Deno.stdout.write(rest));
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

async function runTests(park: ServerPark, stopped: AbortSignal): Promise<Outcome> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      "--sanitize-ops",
      "--sanitize-resources",
      "--trace-leaks",
      ...await stdFlags(),
      ...Deno.env.has("LXKIT_TEST_ROUTES") ? ["--preload", "tests/kit/recorder.ts"] : [],
      ...Deno.args,
    ],
    cwd: root,
    env: park.environment,
    stdout: "piped",
  }).spawn();
  const kill = () => child.kill("SIGTERM");
  stopped.addEventListener("abort", kill);
  if (stopped.aborted) kill();
  const output = await relay(child.stdout);
  const { success } = await child.status;
  stopped.removeEventListener("abort", kill);
  return readOutcome(output, success);
}

/** Stops what killed tests left; a test that passed leaves nothing. */
async function sweep(directory: string): Promise<void> {
  for await (const { name } of Deno.readDir(directory)) {
    if (name === "logs") continue;
    const log = `${directory}/logs/left-${name}.log`;
    await stopLeftDaemon(`${directory}/${name}`, log);
  }
}

async function keepLogs(directory: string): Promise<void> {
  for await (const { name } of Deno.readDir(directory)) {
    await Deno.copyFile(`${directory}/${name}`, `${artifacts}/${name}`);
    console.log(`Log of a daemon: ${artifacts}/${name}`);
  }
}

async function main(): Promise<boolean> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  await Deno.remove(artifacts, { recursive: true }).catch(() => {});
  await Deno.mkdir(artifacts, { recursive: true });
  const directory = await Deno.makeTempDir({ prefix: "lxkit-" });
  await Deno.chmod(directory, 0o711);
  await Deno.mkdir(`${directory}/logs`);
  Deno.env.set("LXKIT_TEST_DIRECTORY", directory);
  let outcome: Outcome = { passed: 0, failed: 1, skipped: 0 };
  let missing: MissingServer[] = [];
  try {
    await using park = await startServers();
    missing = park.servers.filter((it) => "reason" in it);
    outcome = await runTests(park, stop.signal);
  } catch (error) {
    outcome.failed ||= 1;
    console.error(error);
  } finally {
    await sweep(directory);
    if (outcome.failed) await keepLogs(`${directory}/logs`);
    await Deno.remove(directory, { recursive: true });
  }
  const { passed, failed, skipped } = outcome;
  for (const { kind, reason } of missing) console.log(`Skipped the tests of ${kind}: ${reason}`);
  const strict = Deno.env.get("CI") === "true";
  if (strict && skipped) console.log("Cannot pass: with CI=true no test may be skipped");
  if (!passed) console.log("Cannot pass: no test passed");
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return passed > 0 && failed === 0 && !(strict && skipped > 0);
}

Deno.exit(await main() ? 0 : 1);
