import { ProtocolError } from "../../errors.ts";
import { conceal } from "../../core/conceal.ts";
import { Operation } from "../../core/operation.ts";
import type { Session } from "../../core/session.ts";
import type { CallOptions } from "../../core/call.ts";

/** A secret that opens an image to whoever has it, once. */
export interface ImageSecret {
  /** The secret. */
  readonly secret: string;
  /** The operation that keeps it valid on the server, until it was used; cancelling it takes it back. */
  readonly operation: Operation;
}

/** How long a server is given to take a secret back. */
const CANCEL_LIMIT_MS = 1000;

/** Asks for a secret, which the server keeps as an operation that ends when it is used. */
export async function issueSecret(
  session: Session,
  path: string,
  body: object | undefined,
  options: CallOptions,
): Promise<ImageSecret> {
  const { signal, timeout } = options;
  const answer = await session.send("POST", path, { json: body, signal, timeout });
  const operation = answer.type === "async" ? new Operation(session, answer.metadata) : undefined;
  const secret = operation?.data.metadata?.secret;
  if (operation && typeof secret === "string") return conceal({ secret, operation }, "secret");
  throw new ProtocolError(`Cannot get a secret at ${path}: the server sent none`);
}

/** Runs something with a secret and takes it back where it was not used. */
export async function withSecret<T>(
  issued: Promise<ImageSecret>,
  run: (secret: string) => Promise<T>,
): Promise<T> {
  const { secret, operation } = await issued;
  try {
    return await run(secret);
  } finally {
    // It ended by being used, or is about to.
    await operation.cancel({ timeout: CANCEL_LIMIT_MS }).catch(() => {});
  }
}
