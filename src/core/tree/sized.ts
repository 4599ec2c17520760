import { TruncatedError } from "../../errors.ts";
import type { Bytes } from "../streams.ts";

/**
 * The same stream, held to the number of bytes that it is said to have. `what` completes the sentence
 * "Cannot ...".
 *
 * @throws {TruncatedError} when it ends too early.
 * @throws {TypeError} when it has more.
 */
export function sized(
  stream: ReadableStream<Uint8Array>,
  size: number,
  what: string,
  signal: AbortSignal,
  onBytes: (count: number) => void = () => {},
): ReadableStream<Bytes> {
  const reader = stream.getReader();
  let left = size;
  let abort: () => void;
  const release = () => signal.removeEventListener("abort", abort);
  return new ReadableStream<Bytes>({
    start(controller) {
      abort = () => {
        controller.error(signal.reason);
        reader.cancel(signal.reason).catch(() => {});
      };
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (signal.aborted) return;
        left -= value?.length ?? 0;
        if (left < 0) {
          throw new TypeError(`Cannot ${what}: it has more than the ${size} bytes told`);
        }
        if (value) {
          controller.enqueue(value as Bytes);
          onBytes(value.length);
        } else if (done && left > 0) {
          throw new TruncatedError(
            `Cannot ${what}: it ended after ${size - left} of ${size} bytes`,
          );
        }
        if (done) {
          release();
          controller.close();
        }
      } catch (error) {
        release();
        reader.cancel(error).catch(() => {});
        throw error;
      }
    },
    async cancel(reason) {
      release();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
