// deno-lint-ignore-file no-console
import { connect } from "@lxkit/client";

await using client = await connect();
console.log(JSON.stringify(await client.instances.names()));
