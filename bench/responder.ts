/**
 * A server that costs the same for every client: it answers each path with one recorded body.
 *
 *     deno run -A bench/responder.ts SOCKET
 *
 * Prints a line when it listens.
 *
 * @module
 */
// deno-lint-ignore-file no-console

const [socket] = Deno.args;
const recorded = JSON.parse(await Deno.readTextFile(new URL("instance.json", import.meta.url)));
const list = Array.from({ length: 50 }, (_, index) => ({
  ...recorded.metadata,
  name: `c${index}`,
}));

const bodies: Record<string, unknown> = {
  "/1.0": {
    ...recorded,
    metadata: {
      api_version: "1.0",
      api_extensions: [],
      auth: "trusted",
      environment: { server: "lxd" },
    },
  },
  "/1.0/instances/c1": recorded,
  "/1.0/instances": { ...recorded, metadata: list },
};
const answers = new Map(
  Object.entries(bodies).map((
    [path, body],
  ) => [path, new TextEncoder().encode(JSON.stringify(body))]),
);

Deno.serve({ path: socket!, onListen: () => console.log("listening") }, ({ url }) => {
  return new Response(answers.get(new URL(url).pathname), {
    headers: { "content-type": "application/json", etag: "0" },
  });
});
