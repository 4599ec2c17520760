/** What is read of an answer, whatever a server sends. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { ApiError, LxkitError, ProtocolError } from "../../mod.ts";
import { readEnvelope } from "../../src/core/envelope.ts";
import { asyncProperty, typed } from "./fuzz.ts";

const request = { method: "GET", path: "/1.0/instances" };
const status = fc.constantFrom(200, 201, 202, 400, 404, 500, 503);
const anything = fc.jsonValue({ maxDepth: 2 });

/** An envelope of which any field may be anything, or missing. */
const envelope = fc.record({
  type: fc.oneof(fc.constantFrom("sync", "async", "error", "other"), anything),
  status: anything,
  status_code: anything,
  operation: fc.oneof(fc.constant("/1.0/operations/0b1c"), anything),
  error_code: fc.oneof(status, anything),
  error: fc.oneof(fc.constant("not found"), anything),
  metadata: fc.oneof(
    fc.record({ id: fc.string(), status_code: fc.oneof(fc.integer(), anything) }, {
      requiredKeys: [],
    }),
    anything,
  ),
}, { requiredKeys: [] });

const text = fc.oneof(
  envelope.map((it) => JSON.stringify(it)),
  anything.map((it) => JSON.stringify(it)),
  fc.string({ unit: "binary" }),
  fc.tuple(envelope, fc.nat(200)).map(([it, length]) => JSON.stringify(it).slice(0, length)),
);

asyncProperty(
  "an answer is an envelope whose parts are what they should be, or a typed error",
  [text, status],
  async (text, status) => {
    const read = await typed(() => readEnvelope(new Response(text, { status }), request));
    if (read instanceof LxkitError) {
      assert(read instanceof ApiError || read instanceof ProtocolError);
      assert(Number.isInteger(read.status));
      if (read instanceof ApiError) assert(read.message.includes(read.serverMessage));
    } else if (read.type === "async") {
      assertEquals(typeof read.metadata.id, "string");
      assertEquals(typeof read.metadata.status_code, "number");
    } else {
      assertEquals(read, { type: "sync", metadata: JSON.parse(text).metadata });
    }
  },
);
