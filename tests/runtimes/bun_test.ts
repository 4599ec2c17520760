import { processTest } from "../kit/process_host.ts";
import { trustedAccess } from "../kit/trust.ts";
import { transports } from "../kit/case_choice.ts";

processTest("bun", { way: "Unix socket", access: ({ socket }) => ({ socket }) });
processTest("bun", { way: "HTTPS", access: trustedAccess, modules: transports, inTurn: true });
