import { SftpError, type SftpFailure } from "../../errors.ts";
import { STATUS } from "./answer.ts";
import type { Answer } from "./channel.ts";
import { PACKET } from "./packet.ts";

const FAILURES: Record<number, [SftpFailure, string]> = {
  2: ["not-found", "there is nothing at the path"],
  3: ["permission-denied", "permission denied"],
  8: ["unsupported", "the server does not offer this"],
};

/** Whether an answer is the end of what was asked for; throws what it tells of failure. */
export function endOf(answer: Answer, verb: string, path: string): boolean {
  if (answer.type !== PACKET.status) return false;
  const status = answer.fields.uint32();
  if (status === STATUS.ok) return false;
  if (status === STATUS.end) return true;
  const [reason, words] = FAILURES[status] ??
    ["failure", answer.fields.text() || "no reason given"];
  throw new SftpError(`Cannot ${verb} "${path}": ${words}`, { reason });
}
