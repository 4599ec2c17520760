/** The simulated server in a page of its own, opened from a file in Chromium. */
import { assert, assertEquals } from "@std/assert";
import { openPage, withoutChromium } from "../kit/chromium.ts";

const root = new URL("../../", import.meta.url);

async function build(target: string): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "examples/demo/build.ts", target],
    cwd: root,
    env: { NO_COLOR: "1" },
  });
  const { success, stderr } = await command.output();
  assert(success, new TextDecoder().decode(stderr));
}

Deno.test({
  name: "A page holds a server of its own, with instances, commands and a terminal",
  ignore: withoutChromium,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await build(`${folder}/demo.html`);
      await using it = await openPage();
      const { page } = it;
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).protocol));
      await page.goto(`file://${folder}/demo.html`);
      const rowOf = (name: string) =>
        page.locator("tbody tr").filter({ has: page.getByText(name, { exact: true }) });
      await rowOf("web").getByText("Running").waitFor();
      await rowOf("db").getByText("Start").click();
      await rowOf("db").getByText("Running").waitFor();

      await rowOf("web").getByText("Terminal").click();
      const screen = page.locator(".xterm-rows");
      await screen.getByText("#").waitFor();
      await page.keyboard.type("cat /etc/motd; echo $((6 * 7))-$(hostname)\n");
      await screen.getByText("Nothing of this is real").waitFor();
      await screen.getByText("42-web").waitFor();
      await page.keyboard.type("greet there; seq 3 | tac | tr '\\n' ,\n");
      await screen.getByText("Hello there, from a page without a server").waitFor();
      await screen.getByText("3,2,1,").waitFor();
      await it.picture("demo");
      await page.keyboard.type("exit\n");
      await screen.waitFor({ state: "detached" });
      assertEquals([it.words, [...new Set(asked)]], [[], ["file:"]]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
