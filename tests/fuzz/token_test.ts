/** What is read of a token, whatever is given for one. */
import fc from "fast-check";
import { assertEquals, assertFalse } from "@std/assert";
import { readToken, writeToken } from "../../src/core/token.ts";
import { property } from "./fuzz.ts";

type Content = { secret: string } & Record<string, unknown>;

const word = fc.string({ unit: "grapheme" });
const content: fc.Arbitrary<Content> = fc.record({
  secret: word,
  client_name: word,
  fingerprint: word,
  addresses: fc.array(word, { maxLength: 3 }),
  expires_at: word,
}, { requiredKeys: ["secret"] });

/** Text that is nearly a token. */
const almost = fc.oneof(
  word,
  fc.base64String(),
  fc.jsonValue({ maxDepth: 2 }).map((it) => writeToken(it as object)),
  fc.tuple(content.map(writeToken), fc.nat(), fc.string({ maxLength: 3 }))
    .map(([text, at, put]) => text.slice(0, at % text.length) + put),
);

property(
  "a token says what was written into it",
  [content, fc.constantFrom("", " ", "\n")],
  (content, space) => {
    const read = readToken<Content>(space + writeToken(content) + space);
    assertEquals({ ...read, secret: read.secret }, content);
  },
);

property("what is no token is refused, and not shown", [almost], (text) => {
  try {
    assertEquals(typeof readToken<Content>(text).secret, "string");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    assertEquals(error.message, "Cannot read the token: it is not JSON with a secret, in base64");
    assertFalse(error.cause);
  }
});
