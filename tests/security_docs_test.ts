/** The scripts of `docs/security.md`, in their order. */
import { assertEquals } from "@std/assert";
import { scriptsOf } from "./kit/docs.ts";
import { onlyServer } from "./kit/servers.ts";
import { daemonTest } from "./kit/suite.ts";
import { temporary } from "./unit/connectors/deno_kit.ts";

const config = new URL("../deno.json", import.meta.url).pathname;

daemonTest("A certificate is restricted and taken back as documented", async (daemon) => {
  await using directory = await temporary();
  const env = onlyServer(daemon);
  const printed: string[] = [];
  for (const script of await scriptsOf("security.md")) {
    const file = `${directory.path}/script.ts`;
    await Deno.writeTextFile(file, script);
    const args = ["run", "-qA", "--config", config, file];
    const command = new Deno.Command(Deno.execPath(), { args, cwd: directory.path, env });
    const { stdout, stderr } = await command.output();
    const [words, output] = [stderr, stdout].map((it) => new TextDecoder().decode(it));
    assertEquals(words, "");
    printed.push(output!);
  }
  assertEquals(printed, ['true [ "default" ]\n', "true\n"]);
});
