/**
 * A command inside an instance as part of a pipeline: its input comes from here, its output and error
 * output come back line by line as they are written, and its exit code is passed on.
 *
 *     ls | deno task example examples/exec_streams.ts web -- sh -c 'wc -l; echo done >&2'
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { mergeReadableStreams, TextLineStream } from "@std/streams";
import { type Bytes, connect } from "../mod.ts";

/** The lines of an output, each after the name of the output. */
function lines(name: string, output: ReadableStream<Bytes>): ReadableStream<string> {
  return output
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())
    .pipeThrough(
      new TransformStream<string, string>({
        transform: (line, controller) => controller.enqueue(`${name}: ${line}`),
      }),
    );
}

async function run(name: string, command: string[]): Promise<number> {
  await using client = await connect();
  await using process = await client.instances.at(name).spawn(command);
  // A command may end before it has read all of its input: that is no failure.
  Deno.stdin.readable.pipeTo(process.stdin).catch(() => {});
  const output = mergeReadableStreams(
    lines("out", process.stdout),
    lines("err", process.stderr),
  );
  for await (const line of output) console.log(line);
  return (await process.status).code;
}

const { _: [instance], "--": command } = parseArgs(Deno.args, { string: ["_"], "--": true });
if (!instance || command.length === 0) {
  console.error("Usage: exec_streams.ts INSTANCE -- COMMAND...");
  Deno.exit(2);
}
try {
  // Not left to the end of the script: a read of the input may still wait for a person.
  Deno.exit(await run(String(instance), command));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
