import { runtimeTest } from "../kit/runtime_suite.ts";

runtimeTest("bun", { way: "the Unix socket", access: ({ socket }) => ({ socket }) });
