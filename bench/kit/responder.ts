/**
 * A server that costs the same for every client: it answers each path with one recorded body.
 *
 *     deno run -A bench/kit/responder.ts SOCKET
 *
 * Prints a line when it listens. The wait for an operation it answers some time later, and says in the
 * answer when that was.
 *
 * @module
 */
// deno-lint-ignore-file no-console

const LISTED = 200;
const WAIT_MS = 5;

const [socket] = Deno.args;
const recorded = JSON.parse(await Deno.readTextFile(new URL("instance.json", import.meta.url)));
const { state, snapshots, backups, ...plain } = recorded.metadata;
const listOf = (data: object) =>
  Array.from({ length: LISTED }, (_, index) => ({ ...data, name: `c${index}` }));

const operation = {
  id: "0b1c7a52-6a1e-4a0b-9b6e-0e4d3c1f5a77",
  class: "task",
  description: "Starting instance",
  created_at: "2026-11-23T17:00:52.801818989Z",
  updated_at: "2026-11-23T17:00:52.801818989Z",
  status: "Success",
  status_code: 200,
  resources: { instances: ["/1.0/instances/c1"] },
  may_cancel: false,
  err: "",
  location: "none",
};

const server = {
  api_version: "1.0",
  api_extensions: [],
  auth: "trusted",
  environment: { server: "lxd" },
};

const encode = (metadata: unknown) =>
  new TextEncoder().encode(JSON.stringify({ ...recorded, metadata }));

const answers: Record<string, Uint8Array<ArrayBuffer>> = {
  "/1.0": encode(server),
  "/1.0/instances/c1": encode(plain),
  "/1.0/instances?recursion=1": encode(listOf(plain)),
  "/1.0/instances?recursion=2": encode(listOf({ ...plain, state, snapshots, backups })),
};

const headers = { "content-type": "application/json", etag: "0" };

Deno.serve({ path: socket!, onListen: () => console.log("listening") }, async ({ url }) => {
  const { pathname, search } = new URL(url);
  if (!pathname.endsWith("/wait")) {
    const body = answers[pathname + search];
    return new Response(body, { headers, status: body ? 200 : 404 });
  }
  await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  const ended = performance.timeOrigin + performance.now();
  return new Response(encode({ ...operation, metadata: { ended } }), { headers });
});
