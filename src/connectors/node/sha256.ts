import type { ByteHash } from "../../connector.ts";

/** What is used of `node:crypto`. */
interface NodeCrypto {
  createHash(algorithm: "sha256"): {
    update(bytes: Uint8Array): unknown;
    digest(encoding: "hex"): string;
  };
}

/** Starts a SHA-256 in the code of a runtime that has Node's modules: Deno, Node and Bun. */
export function nodeSha256(): ByteHash {
  const { process } = globalThis as unknown as {
    process: { getBuiltinModule(name: string): unknown };
  };
  const hash = (process.getBuiltinModule("node:crypto") as NodeCrypto).createHash("sha256");
  return {
    update: (bytes) => void hash.update(bytes),
    hex: () => hash.digest("hex"),
  };
}
