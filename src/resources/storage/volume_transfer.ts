import { Operation } from "../../core/operation.ts";
import { withoutQuery } from "../../core/path.ts";
import type { Session } from "../../core/session.ts";
import type { OperationData } from "../../types/mod.ts";

/**
 * Waits until a volume has moved to another cluster member. The operation of a move ends as soon as
 * that member has begun to take the volume, and the transfer is an operation of its own.
 */
export async function transferred(
  session: Session,
  volume: string,
  move: OperationData | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!move) return;
  const operations = await session.scoped({ target: undefined })
    .get<Record<string, OperationData[]> | null>("/1.0/operations", {
      query: { recursion: 1 },
      signal,
    });
  const transfers = Object.values(operations ?? {}).flat().filter((it) =>
    it.class === "websocket" && Date.parse(it.created_at) >= Date.parse(move.created_at) &&
    it.resources?.storage_volumes?.some((url) =>
      decodeURIComponent(withoutQuery(url)) === decodeURIComponent(volume)
    )
  );
  for (const data of transfers) await new Operation(session, data).wait({ signal });
}
