import { runtimeTest } from "../kit/runtime_suite.ts";
import { trustedAccess } from "../kit/trust.ts";
import { transports } from "../kit/case_choice.ts";

const overUnix = { way: "Unix socket", access: ({ socket }: { socket: string }) => ({ socket }) };

runtimeTest("node22", overUnix);
runtimeTest("node20", { ...overUnix, modules: transports });
runtimeTest("node24", { way: "HTTPS", access: trustedAccess, modules: transports, inTurn: true });
