// @ts-types="./parse_args.d.ts"
export * from "npm:deno-std@1.4.0/cli/parse_args.js";
// @ts-types="./prompt_secret.d.ts"
export * from "npm:deno-std@1.4.0/cli/prompt_secret.js";
