// deno-lint-ignore-file no-console
import { openConnection } from "../../src/connection/mod.ts";
import { denoUnixConnector } from "../../src/connectors/deno.ts";

const connector = denoUnixConnector({ socket: Deno.args[0]! });
const connection = await openConnection({ connector });
console.log(connection.dialect);
connection.close();
