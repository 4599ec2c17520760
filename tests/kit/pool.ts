/**
 * Storage pools for conformance cases.
 *
 * @module
 */

import type { StoragePool } from "../../mod.ts";
import type { CaseContext } from "./case.ts";

/** Makes a storage pool for the length of a test; its custom volumes go with it. */
export async function withPool(
  { client, name }: CaseContext,
  run: (pool: StoragePool) => Promise<void>,
): Promise<void> {
  const pool = await client.storagePools.create({ name: name("pool"), driver: "dir" });
  try {
    await run(pool);
  } finally {
    for (const volume of await pool.volumes.custom.list()) await volume.delete();
    await pool.delete();
  }
}
