/** Where a delimiter goes: on the chunk before it, on the one after it, or nowhere. */
export type DelimiterDisposition = "suffix" | "prefix" | "discard";

/** How a delimiter stream splits. */
export interface DelimiterStreamOptions {
  disposition?: DelimiterDisposition;
}

/** How a line stream splits. */
export interface TextLineStreamOptions {
  allowCR?: boolean;
}

/** What a limited stream does at its limit. */
export interface LimitedTransformStreamOptions {
  error?: boolean;
}

export declare class TextLineStream extends TransformStream<string, string> {
  constructor(options?: TextLineStreamOptions);
}
export declare class TextDelimiterStream extends TransformStream<string, string> {
  constructor(delimiter: string, options?: DelimiterStreamOptions);
}
export declare class DelimiterStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(delimiter: Uint8Array, options?: DelimiterStreamOptions);
}
export declare class ByteSliceStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(start?: number, end?: number);
}
export declare class LimitedBytesTransformStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(size: number, options?: LimitedTransformStreamOptions);
}
export declare class LimitedTransformStream<T> extends TransformStream<T, T> {
  constructor(size: number, options?: LimitedTransformStreamOptions);
}

export declare function toArrayBuffer(
  stream: ReadableStream<Uint8Array>,
): Promise<ArrayBuffer>;
export declare function toBlob(stream: ReadableStream<Uint8Array>): Promise<Blob>;
export declare function toBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array>;
export declare function toJson(stream: ReadableStream<string | Uint8Array>): Promise<unknown>;
export declare function toText(stream: ReadableStream<string | Uint8Array>): Promise<string>;

export declare function concatReadableStreams<T>(
  ...streams: ReadableStream<T>[]
): ReadableStream<T>;
export declare function mergeReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;
export declare function zipReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;
export declare function earlyZipReadableStreams<T>(
  ...streams: ReadableStream<T>[]
): ReadableStream<T>;
export declare function toTransformStream<I, O>(
  transformer: (source: ReadableStream<I>) => Iterable<O> | AsyncIterable<O>,
  writableStrategy?: QueuingStrategy<I>,
  readableStrategy?: QueuingStrategy<O>,
): TransformStream<I, O>;
