import { ProtocolError } from "../errors.ts";
import { conceal } from "./conceal.ts";
import { Operation } from "./operation.ts";
import type { Session } from "./session.ts";

/** A token that the server issued, to be handed to whoever it is for. Consoles show no secret of it. */
export interface IssuedToken<Content> {
  /** The token itself: its content as JSON in base64. Whoever has it can use it. */
  readonly text: string;
  /** What it says, the secret included. */
  readonly content: Content;
  /**
   * The operation that keeps it valid on the server: cancelling it takes the token back. Undefined
   * where the server keeps its tokens in another way.
   */
  readonly operation: Operation | undefined;
}

/** How the servers write the expiry of a token that has none. */
const NEVER = "0001-01-01T00:00:00Z";

/** What the operation of a token tells, for servers and certificates alike. */
interface TokenMetadata {
  addresses: string[];
  expiresAt?: string;
  fingerprint: string;
  secret: string;
}

/**
 * Asks for a token that the server keeps as an operation, which runs until the token is used, expires
 * or is cancelled: so nothing waits for its end. `bearer` are the fields that say whom it is for.
 */
export async function issueToken<Content>(
  session: Session,
  path: string,
  body: object,
  bearer: Partial<Content>,
  signal: AbortSignal | undefined,
): Promise<IssuedToken<Content>> {
  const answer = await session.send("POST", path, { json: body, signal });
  if (answer.type === "sync") {
    throw new ProtocolError(`Cannot issue a token at ${path}: the server made no operation of it`);
  }
  const operation = new Operation(session, answer.metadata);
  const { addresses, expiresAt, fingerprint, secret } = operation.data
    .metadata as unknown as TokenMetadata;
  const fields = { ...bearer, fingerprint, addresses, secret, expires_at: expiresAt ?? NEVER };
  // The caller's fields are those that the type adds to what all tokens hold.
  return tokenOf(fields as unknown as Content & { secret: string }, operation);
}

/**
 * A token that the server answered with at once; `what` completes the sentence "Cannot ...".
 *
 * @throws {ProtocolError} when it answered with none.
 */
export function issuedToken<Content extends { secret: string }>(
  what: string,
  content: Content | null | undefined,
): IssuedToken<Content> {
  if (content) return tokenOf(content, undefined);
  throw new ProtocolError(`Cannot ${what}: the server sent no token`);
}

function tokenOf<Content extends { secret: string }>(
  content: Content,
  operation: Operation | undefined,
): IssuedToken<Content> {
  const text = writeToken(content);
  return conceal({ text, content: conceal(content, "secret"), operation }, "text");
}

/** The text of a token of the given content. */
export function writeToken(content: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return btoa(String.fromCharCode(...bytes));
}

/**
 * What a token says.
 *
 * @throws {TypeError} when the text is no token.
 */
export function readToken<Content extends { secret: string }>(text: string): Content {
  let content: Partial<Content> | null = null;
  try {
    const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // The cause would show the text, and so the secret.
  }
  if (typeof content?.secret === "string") return conceal(content as Content, "secret");
  throw new TypeError("Cannot read the token: it is not JSON with a secret, in base64");
}
