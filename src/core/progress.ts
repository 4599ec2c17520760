import type { OperationData } from "../types/mod.ts";

/** How far an operation is. */
export interface Progress {
  /** What is being done, in the server's words, such as `download` or `create_instance_from_image_unpack`. */
  stage: string;
  /** How much is done, 0 to 100, where the server tells. */
  percent?: number;
  /** How many bytes are done, where the server tells. */
  bytes?: number;
  /** How many bytes there are in all, where that is known. */
  total?: number;
  /** How many files are done, where there are several: of trees. */
  files?: number;
  /** Bytes per second, where the server tells. */
  speed?: number;
  /** The server's own line, such as `rootfs: 12% (3.40MB/s)`. */
  text: string;
}

interface WireProgress {
  stage?: string;
  percent?: string;
  processed?: string;
  speed?: string;
}

/** Where servers tell of a transfer between them. */
const FILES = "fs_progress";

/** Reads the progress out of an operation's metadata; undefined where it tells of none. */
export function progressOf(operation: OperationData): Progress | undefined {
  const metadata: Record<string, unknown> = operation.metadata ?? {};
  const keys = Object.keys(metadata).filter((key) => key.endsWith("_progress"));
  // What a copy was made of stays beside the files that come from another server after it.
  const key = keys.includes(FILES) ? FILES : keys[0];
  if (key === undefined) return undefined;
  const text = String(metadata[key]);
  // The servers empty the line between two stages.
  if (text === "") return undefined;
  const told = (metadata.progress ?? {}) as WireProgress;
  const wire: WireProgress = key === FILES ? {} : told;
  const percent = wire.percent ?? /(\d+)%/.exec(text)?.[1];
  return {
    stage: wire.stage || key.slice(0, -"_progress".length),
    ...percent === undefined || percent === "" ? {} : { percent: Number(percent) },
    ...wire.processed ? { bytes: Number(wire.processed) } : {},
    ...wire.speed ? { speed: Number(wire.speed) } : {},
    text,
  };
}
