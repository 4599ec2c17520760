import { chunksOf, streamOf } from "../../core/streams.ts";

/** Bytes that are not held as text: in memory, as a Blob or File, or as a stream. */
export type BinarySource = Uint8Array | Blob | ReadableStream<Uint8Array>;

/** One file of a form. */
export interface FormPart {
  /** The name of the form's field. */
  name: string;
  /** The name of the file. */
  filename: string;
  /** Its content. */
  data: BinarySource;
}

/** A form that is ready to be sent. */
export interface Form {
  /** The whole, parts in the order that they were given in. */
  bytes: Blob | ReadableStream<Uint8Array>;
  /** What the header `content-type` is to say. */
  contentType: string;
}

/**
 * Writes files as `multipart/form-data`, in a fixed order and without holding streams in memory. Out
 * of what is at hand it makes a Blob, which every platform can send and whose length is known.
 */
export function writeForm(parts: readonly FormPart[] | AsyncIterable<FormPart>): Form {
  const boundary = `lxkit-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
  const contentType = `multipart/form-data; boundary=${boundary}`;
  const held = Array.isArray(parts) && !parts.some(({ data }) => data instanceof ReadableStream);
  if (!held) return { bytes: streamOfForm(parts, boundary), contentType };
  const pieces = parts.flatMap((part) => [head(part, boundary), part.data as BlobPart, "\r\n"]);
  return { bytes: new Blob([...pieces, end(boundary)]), contentType };
}

async function* write(
  parts: Iterable<FormPart> | AsyncIterable<FormPart>,
  boundary: string,
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  for await (const part of parts) {
    yield encoder.encode(head(part, boundary));
    yield* chunksOf(streamOf(part.data));
    yield encoder.encode("\r\n");
  }
  yield encoder.encode(end(boundary));
}

function head({ name, filename }: FormPart, boundary: string): string {
  return `--${boundary}\r\n` +
    `Content-Disposition: form-data; name="${quoted(name)}"; filename="${quoted(filename)}"\r\n` +
    "Content-Type: application/octet-stream\r\n\r\n";
}

function end(boundary: string): string {
  return `--${boundary}--\r\n`;
}

/** A value between quotes, as the servers read it: they keep what browsers would escape by percents. */
function quoted(value: string): string {
  return value.replaceAll(/["\\]/g, "\\$&").replaceAll(/[\r\n]/g, " ");
}

/** The form as a stream. Where it ends before its end, streams that were not sent are cancelled. */
function streamOfForm(
  parts: readonly FormPart[] | AsyncIterable<FormPart>,
  boundary: string,
): ReadableStream<Uint8Array> {
  const source = write(parts, boundary);
  const giveUp = () => {
    if (!Array.isArray(parts)) return;
    for (const { data } of parts) {
      if (data instanceof ReadableStream && !data.locked) data.cancel().catch(() => {});
    }
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        giveUp();
        throw error;
      }
    },
    async cancel() {
      await source.return();
      giveUp();
    },
  }, { highWaterMark: 0 });
}
