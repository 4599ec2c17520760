/**
 * Reports of cases as they come from another process: a line of JSON for each, and `null` at the end.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import type { CaseReport } from "./run_cases.ts";

/** Reads what comes, one after the other. */
export async function* readReports(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<CaseReport | null> {
  const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) yield JSON.parse(line);
}
