import { stdFlags } from "../../tools/std.ts";

/** Bundles a script of TypeScript for the web, with all that it imports. */
export async function bundleWeb(script: string): Promise<string> {
  const scratch = await Deno.makeTempDir();
  try {
    const [entry, output] = [`${scratch}/entry.ts`, `${scratch}/bundle.js`];
    await Deno.writeTextFile(entry, script);
    const flags = [...await stdFlags(), "--platform", "browser"];
    const args = ["bundle", ...flags, "-o", output, entry];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    if (!success) throw new Error(`Cannot bundle a script: ${new TextDecoder().decode(stderr)}`);
    return await Deno.readTextFile(output);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}
