import { assertEquals } from "@std/assert";
import { nodeSha256 } from "../../src/connectors/node/sha256.ts";
import { Sha256 } from "../../src/core/sha256.ts";
import { sha256 } from "../kit/sha256.ts";

function hashInPieces(bytes: Uint8Array, size: number): string {
  const hash = new Sha256();
  for (let at = 0; at < bytes.length; at += size) hash.update(bytes.subarray(at, at + size));
  return hash.hex();
}

Deno.test("SHA-256 gives the vectors of FIPS 180-4", () => {
  const vectors = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  };
  for (const [text, hex] of Object.entries(vectors)) {
    const hash = new Sha256();
    hash.update(new TextEncoder().encode(text));
    assertEquals(hash.hex(), hex);
  }
  const million = new Sha256();
  for (let i = 0; i < 1000; i++) million.update(new Uint8Array(1000).fill(97));
  assertEquals(
    million.hex(),
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  );
});

Deno.test("SHA-256 gives what WebCrypto gives, whatever the length and the pieces", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(300));
  for (let length = 0; length <= 300; length++) {
    const part = bytes.subarray(0, length);
    const hex = await sha256(part);
    for (const size of [1, 63, 64, 65, 300]) assertEquals(hashInPieces(part, size), hex);
  }
});

Deno.test("The runtime's own SHA-256 gives what WebCrypto gives", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const hash = nodeSha256();
  hash.update(bytes.subarray(0, 100));
  hash.update(bytes.subarray(100));
  assertEquals(hash.hex(), await sha256(bytes));
});
