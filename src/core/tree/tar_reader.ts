import { ProtocolError, TruncatedError } from "../../errors.ts";
import { type Bytes, concat } from "../streams.ts";
import { SMALL, type TreeEntry } from "./entry.ts";
import {
  BLOCK,
  padding,
  readPax,
  readTarHead,
  TAR_TYPE,
  type TarHead,
  textAt,
} from "./tar_header.ts";

/** The most that a record may hold that says something of the next entry, in bytes. */
const MAX_RECORD = 1024 * 1024;

/** What a tarball has that is no entry to go on with at once. */
export interface TarRest {
  /** Other names of files that came before. */
  hardLinks: TreeEntry[];
  /** The paths of what is no file, directory or symbolic link. */
  omitted: string[];
}

/**
 * The entries of a tarball as they come. The data of a large file is to be read before the next entry is
 * asked for; what is left of it is passed over.
 *
 * @throws {TruncatedError} when it ends too early.
 * @throws {ProtocolError} when it is none.
 */
export async function* readTar(
  stream: ReadableStream<Bytes>,
  rest: TarRest,
): AsyncGenerator<TreeEntry, void> {
  const blocks = new Blocks(stream);
  let told: Partial<TarHead> = {};
  let always: Partial<TarHead> = {};
  while (true) {
    const read = readTarHead(await blocks.take(BLOCK));
    if (!read) break;
    const { type } = read;
    if (
      ([TAR_TYPE.longPath, TAR_TYPE.longTarget, TAR_TYPE.pax, TAR_TYPE.paxGlobal] as string[])
        .includes(type)
    ) {
      if (read.size > MAX_RECORD) {
        throw new ProtocolError("Cannot read the tarball: a name is too long");
      }
      const record = await blocks.take(read.size);
      await blocks.skip(padding(read.size));
      if (type === TAR_TYPE.longPath) told.path = textAt(record, 0, record.length);
      else if (type === TAR_TYPE.longTarget) told.target = textAt(record, 0, record.length);
      else if (type === TAR_TYPE.pax) told = { ...told, ...readPax(record) };
      else always = { ...always, ...readPax(record) };
      continue;
    }
    const head = { ...read, ...always, ...told };
    told = {};
    yield* entriesOf(head, blocks, rest);
  }
  await blocks.drain();
}

async function* entriesOf(
  head: Required<TarHead>,
  blocks: Blocks,
  { hardLinks, omitted }: TarRest,
): AsyncGenerator<TreeEntry, void> {
  const { path, type, mode, uid, gid, modified, target, size } = head;
  const entry = { path, mode, uid, gid, modified };
  switch (type) {
    case TAR_TYPE.directory:
      return yield { ...entry, type: "directory" };
    case TAR_TYPE.symlink:
      return yield { ...entry, type: "symlink", target };
    case TAR_TYPE.hardLink:
      return void hardLinks.push(entry);
    case "3":
    case "4":
    case "6":
      return void omitted.push(path.replace(/^\.\//, ""));
    case TAR_TYPE.file:
    case "7":
      break;
    default:
      throw new ProtocolError(`Cannot read the tarball: "${type}" is no type of entry`);
  }
  if (size <= SMALL) {
    const data = await blocks.take(size);
    await blocks.skip(padding(size));
    return yield { ...entry, size, data };
  }
  let left = size;
  const stream = () =>
    new ReadableStream<Bytes>({
      async pull(controller) {
        const bytes = await blocks.some(left);
        left -= bytes.length;
        controller.enqueue(bytes);
        if (left === 0) controller.close();
      },
    }, { highWaterMark: 0 });
  yield { ...entry, size, data: stream };
  await blocks.skip(left + padding(size));
}

/** Cuts a stream as it is asked to. */
class Blocks {
  readonly #reader: ReadableStreamDefaultReader<Bytes>;
  #rest: Bytes = new Uint8Array();

  constructor(stream: ReadableStream<Bytes>) {
    this.#reader = stream.getReader();
  }

  /** Some bytes, at most so many. */
  async some(most: number): Promise<Bytes> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) throw new TruncatedError("Cannot read the whole tarball: it ends too early");
      this.#rest = value;
    }
    const bytes = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes;
  }

  /** Exactly so many bytes. */
  async take(count: number): Promise<Bytes> {
    const parts: Bytes[] = [];
    for (let left = count; left > 0;) {
      const bytes = await this.some(left);
      parts.push(bytes);
      left -= bytes.length;
    }
    return parts.length === 1 ? parts[0]! : concat(parts);
  }

  /** Passes over so many bytes. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) left -= (await this.some(left)).length;
  }

  /** Reads to the end. */
  async drain(): Promise<void> {
    while (!(await this.#reader.read()).done) { /* only the end matters */ }
  }
}
