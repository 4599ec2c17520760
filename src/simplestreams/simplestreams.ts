import { type CallOptions, limited } from "../core/call.ts";
import type { Dialect } from "../core/dialect.ts";
import { Sha256 } from "../core/sha256.ts";
import type { Watcher } from "../core/passage.ts";
import { bodyOf, collect } from "../core/streams.ts";
import { type Download, type DownloadOptions, metersOf } from "../core/transfer.ts";
import { ConnectionError, NotFoundError, ProtocolError, TruncatedError } from "../errors.ts";
import type { SimplestreamsFile, SimplestreamsFilter, SimplestreamsImage } from "./image.ts";
import { imagesOf, listsOf } from "./products.ts";
import { compareImages, fitting, hasAlias } from "./select.ts";

/** Which image server, and how to reach it. */
export interface SimplestreamsOptions {
  /** The server, such as `https://images.linuxcontainers.org`; also one behind a path. */
  url: string | URL;
  /**
   * The daemon that the images are for: each takes only those that carry its name. Default: of each
   * build those for Incus, or those for LXD where there are none.
   */
  dialect?: Dialect;
  /** What requests go through. Default: the platform's own `fetch`. */
  fetch?: typeof fetch;
}

/** Options of listing images. */
export interface SimplestreamsListOptions extends SimplestreamsFilter, CallOptions {}

const INDEX = "streams/v1/index.json";

/**
 * Makes a reader of an image server that speaks simplestreams, as `images:` of `incus` and `lxc` does.
 * Nothing is requested yet. It needs `fetch` alone: in browsers it works with servers that allow it.
 *
 * @example
 * ```ts
 * import { simplestreams } from "@lxkit/client/simplestreams";
 *
 * const server = simplestreams({ url: "https://images.linuxcontainers.org" });
 * const image = await server.get("debian/12", { architecture: "x86_64" });
 * for (const file of image.files) {
 *   const { readable } = await server.download(file);
 *   await readable.pipeTo((await Deno.create(file.type)).writable);
 * }
 * ```
 *
 * @throws {TypeError} when the URL cannot be used.
 */
export function simplestreams(options: SimplestreamsOptions): Simplestreams {
  return new Simplestreams(options);
}

/** An image server that speaks simplestreams, from {@linkcode simplestreams}. */
export class Simplestreams {
  readonly #url: URL;
  readonly #dialect: Dialect | undefined;
  readonly #fetch: typeof fetch;

  /** @ignore */
  constructor(options: SimplestreamsOptions) {
    this.#url = readUrl(options.url);
    this.#dialect = options.dialect;
    // Not the bare function: browsers refuse it as a method of anything else.
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /**
   * All images that fit, ordered by what they hold, the newest build first: `streams/v1/index.json` and
   * the lists that it names. What LXD and Incus could not run or check is left out.
   *
   * @throws {ProtocolError} when the server has no index, or a broken one.
   * @throws {ConnectionError} when it cannot be reached.
   */
  async list(options: SimplestreamsListOptions = {}): Promise<SimplestreamsImage[]> {
    const { signal, timeout, ...filter } = options;
    const fits = fitting(filter);
    return await limited({ signal, timeout }, `read ${this.#url}`, async (signal) => {
      const index = await this.#json(this.#locate(INDEX), signal);
      const lists = await Promise.all(
        listsOf(index, this.#locate(INDEX)).map(async (path) => {
          const url = this.#locate(path);
          return imagesOf(await this.#json(url, signal), this.#dialect, url);
        }),
      );
      return lists.flat().filter(fits).sort(compareImages);
    });
  }

  /**
   * The newest image that goes by an alias, or the one of a fingerprint, of which the first 12 digits
   * do. An alias can hold the architecture, as `debian/12/arm64`; else it is to be given where images of
   * several fit. With an alias, `type` is `container` unless given.
   *
   * @throws {NotFoundError} when there is none.
   * @throws {TypeError} when images of several architectures fit.
   */
  async get(name: string, options: SimplestreamsListOptions = {}): Promise<SimplestreamsImage> {
    const byFingerprint = /^[0-9a-f]{12,64}$/.test(name);
    const images = byFingerprint
      ? (await this.list(options)).filter((it) => it.fingerprint.startsWith(name))
      : (await this.list({ ...options, type: options.type ?? "container" }))
        .filter((it) => hasAlias(it, name));
    const architectures = new Set(images.map((it) => it.architecture));
    if (architectures.size > 1) {
      throw new TypeError(
        `Cannot choose the image "${name}": give the architecture, one of ${
          Array.from(architectures).sort().join(", ")
        }`,
      );
    }
    const [image, ...others] = images;
    if (image) return others.reduce((a, b) => b.serial > a.serial ? b : a, image);
    throw new NotFoundError({
      status: 404,
      method: "GET",
      path: this.#locate(INDEX).href,
      serverMessage: `there is no image "${name}" that fits`,
    });
  }

  /**
   * Downloads a file of an image. Its size and its SHA-256 are checked as it passes: what came is right
   * when the stream ends without an error.
   *
   * @throws {ProtocolError} when the server refuses it; from the stream, when other bytes come.
   * @throws {TruncatedError} from the stream, when too few bytes come.
   * @throws {ConnectionError} when the server cannot be reached.
   */
  async download(file: SimplestreamsFile, options: DownloadOptions = {}): Promise<Download> {
    const { signal, timeout, onProgress } = options;
    const url = this.#locate(file.path);
    const what = `download ${url}`;
    const response = await limited({ signal, timeout }, what, (signal) => this.#open(url, signal));
    const { size } = file;
    const watchers = [checkOf(file, what), ...metersOf("download", size, onProgress)];
    return { size, readable: bodyOf(response, what, signal, watchers).readable };
  }

  /** Where a file lies. No list of a server leads to another one. */
  #locate(path: string): URL {
    const url = new URL(path, this.#url);
    if (url.origin === this.#url.origin) return url;
    throw new ProtocolError(`Cannot read ${this.#url}: it leads to another server, ${url.origin}`);
  }

  async #open(url: URL, signal: AbortSignal | undefined): Promise<Response> {
    let response: Response;
    try {
      response = await this.#fetch(url, { signal });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new ConnectionError(`Cannot reach ${url}: ${(cause as Error).message}`, {
        reason: "unreachable",
        address: this.#url.href,
        cause,
      });
    }
    if (response.ok) return response;
    await response.body?.cancel();
    const { status, statusText } = response;
    throw new ProtocolError(`Cannot read ${url}: the server answered ${status} ${statusText}`, {
      status,
    });
  }

  async #json(url: URL, signal: AbortSignal | undefined): Promise<unknown> {
    const response = await this.#open(url, signal);
    const text = new TextDecoder().decode(
      await collect(bodyOf(response, `read ${url}`, signal).readable),
    );
    try {
      return JSON.parse(text);
    } catch {
      const { status } = response;
      const start = JSON.stringify(text.slice(0, 100));
      throw new ProtocolError(`Cannot read ${url}: it is no JSON, and starts ${start}`, { status });
    }
  }
}

function readUrl(url: string | URL): URL {
  const read = new URL(url);
  if (!/^https?:$/.test(read.protocol) || read.username || read.password || read.search) {
    throw new TypeError(
      "Cannot use the URL of the image server: it has to be https://HOST[:PORT][/PATH], without user and query",
    );
  }
  read.hash = "";
  if (!read.pathname.endsWith("/")) read.pathname += "/";
  return read;
}

/** Compares what comes with the size and the SHA-256 of the file. */
function checkOf({ size, sha256 }: SimplestreamsFile, what: string): Watcher {
  const hash = new Sha256();
  let came = 0;
  return {
    update(bytes) {
      came += bytes.length;
      if (came > size) throw new ProtocolError(`Cannot ${what}: more than its ${size} bytes came`);
      hash.update(bytes);
    },
    end() {
      if (came < size) throw new TruncatedError(`Cannot ${what}: ${came} of ${size} bytes came`);
      const hex = hash.hex();
      if (hex !== sha256) {
        throw new ProtocolError(`Cannot ${what}: the SHA-256 of what came is ${hex}`);
      }
    },
  };
}
