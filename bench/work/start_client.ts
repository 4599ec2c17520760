// deno-lint-ignore-file no-console
import { connect } from "../../mod.ts";

const client = await connect({ socket: Deno.args[0] });
console.log(client.server.data.api_version);
client.close();
