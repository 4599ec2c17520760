/**
 * The text of a function's body on one line, for pages that show code which tests run.
 *
 * @module
 */

/** `await client.close()` of `async ({ client }) => await client.close()`, also where it is a block. */
export function textOf(code: (...args: never[]) => unknown): string {
  const body = code.toString().replace(/^(async\s*)?\([^)]*\)\s*=>\s*/, "");
  const line = body.replace(/\s+/g, " ").replace(/ \.(?!\.)/g, ".").replace(/\)\s*=>\s*/g, ") => ")
    .replace(/([([]) | (?=[)\]])/g, "$1");
  return line.startsWith("{ ") ? line.slice(2, -2) : line;
}
