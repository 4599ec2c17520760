/** What the connector for Deno says when Deno itself lacks a permission, and the least that it needs. */
import { assert, assertEquals } from "@std/assert";
import { runDeno, serve, temporary } from "./deno_kit.ts";

const entry = import.meta.resolve("../../../src/connectors/deno.ts");

function script(socket: string): string {
  return `
    import { denoUnixConnector } from "${entry}";
    const connector = denoUnixConnector({ socket: "${socket}" });
    const outcome = (call) => call.then(() => "done", (error) => [error.reason, error.message]);
    console.log(JSON.stringify([
      await outcome(connector.fetch("/1.0").then((response) => response.text())),
      await outcome(connector.webSocket("/1.0")),
    ]));
  `;
}

Deno.test("the flags that the error names are the least, and are enough", async () => {
  await using directory = await temporary();
  const socket = `${directory.path}/s`;
  await using _ = serve(socket, (request) => {
    if (!request.headers.has("upgrade")) return new Response("x");
    return Deno.upgradeWebSocket(request).response;
  });
  const flags = [
    `--allow-read=${socket}`,
    `--allow-write=${socket}`,
    `--allow-net=unix:${socket}`,
  ];
  const missing = [
    "missing-permission",
    `Cannot reach unix:${socket}: Deno lacks a permission for it. Run Deno with ${flags.join(" ")}`,
  ];
  const without = (index: number) => flags.filter((_, other) => other !== index);
  const cases: [string[], unknown, unknown][] = [
    [flags, "done", "done"],
    [[], missing, missing],
    [without(0), missing, missing],
    [without(1), missing, missing],
    [without(2), missing, missing],
  ];
  for (const [given, fetch, webSocket] of cases) {
    const { output } = await runDeno(`${script(socket)}Deno.exit();`, { flags: given });
    assert(output.startsWith("["), output);
    assertEquals(JSON.parse(output), [fetch, webSocket], given.join(" "));
  }
});
