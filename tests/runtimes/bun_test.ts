import { runtimeTest } from "../kit/runtime_suite.ts";
import { trustedAccess } from "../kit/trust.ts";
import { transports } from "../kit/case_choice.ts";

runtimeTest("bun", { way: "Unix socket", access: ({ socket }) => ({ socket }) });
runtimeTest("bun", { way: "HTTPS", access: trustedAccess, modules: transports, inTurn: true });
