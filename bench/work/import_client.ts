// deno-lint-ignore-file no-console
import { connect } from "../../mod.ts";

// A bundler leaves out what is not used.
console.log(connect.name);
