// Asks the worker in workerd; the server is bound to it by its socket: `node run.cjs SOCKET`.
// deno-lint-ignore-file no-console
const { argv } = require("node:process");
const { Miniflare } = require("miniflare");

async function main(socket) {
  const worker = new Miniflare({
    modules: true,
    scriptPath: "worker.js",
    compatibilityDate: "2026-01-01",
    serviceBindings: { LXD: { external: { address: `unix:${socket}`, http: {} } } },
  });
  const response = await worker.dispatchFetch("http://worker/");
  console.log(await response.text());
  await worker.dispose();
}

main(argv[2]);
