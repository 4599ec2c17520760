import { processTest } from "../kit/process_host.ts";
import { trustedAccess } from "../kit/trust.ts";
import { transports } from "../kit/case_choice.ts";

const overUnix = { way: "Unix socket", access: ({ socket }: { socket: string }) => ({ socket }) };

processTest("node20", overUnix);
processTest("node22", overUnix);
processTest("node24", overUnix);
processTest("node24", { way: "HTTPS", access: trustedAccess, modules: transports, inTurn: true });
