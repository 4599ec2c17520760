// deno-lint-ignore-file no-console
const client = Deno.createHttpClient({ proxy: { transport: "unix", path: Deno.args[0]! } });
const response = await fetch("http://127.0.0.1/1.0", { client });
console.log((await response.json()).metadata.api_version);
client.close();
