// deno-lint-ignore-file no-console
import { openConnection } from "../../src/connection/mod.ts";
import { denoUnixConnector } from "../../src/connectors/deno.ts";

// A bundler leaves out what is not used.
console.log(openConnection.name, denoUnixConnector.name);
