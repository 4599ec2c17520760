/**
 * Keeps the last snapshots of an instance: takes a new one, then deletes the oldest ones beyond that.
 *
 *     deno run -A examples/snapshots/rotate.ts web 7
 *
 * `rotate_test.ts` tests it, on a simulated server, with whatever can go wrong.
 *
 * @module
 */
// deno-lint-ignore-file no-console

import { connect, type Instance, type InstanceSnapshot } from "../../mod.ts";

/** What a rotation did. */
export interface Rotation {
  /** The name of the new snapshot. */
  taken: string;
  /** The names of the deleted ones, the oldest first. */
  deleted: string[];
}

/**
 * Takes a snapshot and leaves `keep` of those that it took.
 *
 * Nothing is deleted where none could be taken: an old snapshot is better than none.
 */
export async function rotateSnapshots(instance: Instance, keep: number): Promise<Rotation> {
  if (!(keep >= 1)) throw new RangeError(`Cannot keep ${keep} snapshots: it must be at least 1`);
  const before = await instance.snapshots.list();
  const taken = await instance.snapshots.create({ name: nameOf(before) });
  const old = before.filter(({ name }) => name.startsWith("auto-")).sort(byAge);
  const surplus = old.slice(0, Math.max(0, old.length + 1 - keep));
  for (const snapshot of surplus) await snapshot.delete();
  return { taken: taken.name, deleted: surplus.map(({ name }) => name) };
}

function nameOf(snapshots: readonly InstanceSnapshot[]): string {
  const numbers = snapshots.map(({ name }) => Number(/^auto-(\d+)$/.exec(name)?.[1] ?? 0));
  return `auto-${Math.max(0, ...numbers) + 1}`;
}

function byAge(a: InstanceSnapshot, b: InstanceSnapshot): number {
  return Date.parse(a.data.created_at) - Date.parse(b.data.created_at);
}

if (import.meta.main) {
  const [name, keep] = Deno.args;
  if (name === undefined || keep === undefined) {
    console.error("Usage: rotate.ts INSTANCE KEEP");
    Deno.exit(2);
  }
  await using client = await connect();
  const { taken, deleted } = await rotateSnapshots(client.instances.at(name), Number(keep));
  console.log(`Took ${taken}, deleted ${deleted.join(", ") || "none"}`);
}
