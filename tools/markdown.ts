/**
 * Markdown pages that tools write.
 *
 * @module
 */

/** Formats a page as the project's own formatter does. */
export async function formatMarkdown(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "--no-config", "--line-width=100", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("Cannot format the page");
  return new TextDecoder().decode(stdout);
}

/** Code in a cell of a table. */
export function codeCell(code: string): string {
  const text = code.replaceAll("|", "\\|");
  return code.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
