import type { CallOptions } from "./call.ts";
import { Passage, type Watcher } from "./passage.ts";
import type { Progress } from "./progress.ts";
import type { Session, SessionRequest } from "./session.ts";
import { bodyOf, type Bytes, type ByteSource, checkSource } from "./streams.ts";

/** Bytes that the server sends. The stream is to be read to its end, or cancelled. */
export interface Download {
  /** How many bytes there are; null where the server does not tell. */
  size: number | null;
  /**
   * The bytes as they come, which wait on the server until they are read. In Deno over a Unix socket they
   * fill the buffer of a reader that brings one (`getReader({ mode: "byob" })`), so that no memory is made
   * for each piece.
   */
  readable: ReadableStream<Bytes>;
}

/** Options of a download. */
export interface DownloadOptions extends CallOptions {
  /** Ends the download, also after it was opened; the stream then fails with the signal's reason. */
  signal?: AbortSignal;
  /** The most that it may take until the first bytes come, in milliseconds. Default: no limit. */
  timeout?: number;
  /** Called about twice a second with how much was read so far, and at the end. */
  onProgress?: (progress: Progress) => void;
}

/** How often the progress of a transfer is told, in milliseconds. */
const INTERVAL_MS = 500;

/** Asks for bytes without an envelope. `what` completes the sentence "Cannot ...". */
export async function download(
  session: Session,
  path: string,
  what: string,
  options: DownloadOptions,
  request: SessionRequest & { method?: string } = {},
): Promise<Download> {
  const { signal, timeout, onProgress } = options;
  const { method = "GET", ...rest } = request;
  const response = await session.exchange(method, path, { ...rest, signal, timeout });
  const length = response.headers.get("content-length");
  const size = length === null ? null : Number(length);
  const { readable } = bodyOf(response, what, signal, metersOf("download", size, onProgress));
  return { size, readable };
}

/**
 * The body of an upload, and how its progress is told: by the connector where it can, which sends all
 * but streams as they are, else as the body is read.
 */
export function uploadOf(
  { connector }: Session,
  source: ByteSource,
  onProgress: ((progress: Progress) => void) | undefined,
): Pick<SessionRequest, "bytes" | "onSent"> {
  checkSource(source);
  if (!onProgress) return { bytes: source as BodyInit };
  if (source instanceof ReadableStream) {
    return { bytes: counted(source, null, onProgress) };
  }
  const blob = source instanceof Blob ? source : new Blob([source as BlobPart]);
  if (!connector.reportsSent) {
    return { bytes: counted(blob.stream(), blob.size, onProgress) };
  }
  const meter = new Meter("upload", blob.size, onProgress);
  return { bytes: blob, onSent: (bytes) => meter.reach(bytes) };
}

/** What tells how much of a stream went by, where anyone wants to know. */
export function metersOf(
  stage: string,
  size: number | null,
  onProgress: ((progress: Progress) => void) | undefined,
): Watcher[] {
  if (!onProgress) return [];
  const meter = new Meter(stage, size, onProgress);
  return [{ update: (bytes) => meter.add(bytes.length), end: () => meter.tell() }];
}

function counted(
  stream: ReadableStream<Uint8Array>,
  size: number | null,
  onProgress: (progress: Progress) => void,
): ReadableStream<Bytes> {
  return new Passage(stream, { watchers: metersOf("upload", size, onProgress) }).readable;
}

/** Counts bytes, and files where there are several, and tells of them now and then. */
export class Meter {
  readonly #stage: string;
  readonly #size: number | null;
  readonly #onProgress: (progress: Progress) => void;
  #bytes = 0;
  #files: number | undefined;
  #told: number = performance.now();

  constructor(stage: string, size: number | null, onProgress: (progress: Progress) => void) {
    this.#stage = stage;
    this.#size = size;
    this.#onProgress = onProgress;
  }

  /** Counts some more. */
  add(bytes: number): void {
    this.#bytes += bytes;
    this.#tellInTime();
  }

  /** Counts one more file that is done. */
  addFile(): void {
    this.#files = (this.#files ?? 0) + 1;
    this.#tellInTime();
  }

  /** Takes how many there were so far. */
  reach(bytes: number): void {
    this.#bytes = bytes;
    if (bytes === this.#size || performance.now() - this.#told >= INTERVAL_MS) this.tell();
  }

  /** Tells how many there were so far. */
  tell(): void {
    this.#told = performance.now();
    const stage = this.#stage;
    const bytes = this.#bytes;
    const files = this.#files;
    const total = this.#size;
    const percent = total ? { percent: Math.floor(100 * bytes / total) } : {};
    const counted = files === undefined ? `${bytes} bytes` : `${files} files, ${bytes} bytes`;
    this.#onProgress({
      stage,
      bytes,
      ...total === null ? {} : { total },
      ...percent,
      ...files === undefined ? {} : { files },
      text: `${stage}: ${counted}`,
    });
  }

  #tellInTime(): void {
    if (performance.now() - this.#told >= INTERVAL_MS) this.tell();
  }
}
