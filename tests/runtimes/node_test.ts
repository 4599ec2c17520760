import { runtimeTest } from "../kit/runtime_suite.ts";

runtimeTest("node22", { way: "the Unix socket", access: ({ socket }) => ({ socket }) });
