import { ProtocolError } from "../../errors.ts";
import { type CallOptions, limited } from "../../core/call.ts";
import { Collection } from "../../core/collection.ts";
import type { Session } from "../../core/session.ts";
import { type MutationOptions, type Step, type StepResult, Task } from "../../core/task.ts";
import type {
  ImageAliasInfo,
  ImageData,
  ImageSourceImage,
  ImageSourceInstance,
  ImageSourceUrl,
  ImagesPost,
} from "../../types/mod.ts";
import { type Image, ImageModel } from "./image.ts";
import { type ImageAliases, imageAliases } from "./aliases.ts";
import type { ImageCopyOptions } from "./copy.ts";
import type { ImageUpload } from "./upload.ts";

/** What an image of an instance or a snapshot is to be. */
export type ImagePublishPost = Omit<ImagesPost, "source">;

/** A new image that the server makes by itself. */
export interface ImageCreatePost extends ImagePublishPost {
  /** What it is made from: an image of another server, a web address, an instance or a snapshot. */
  source: ImageSourceImage | ImageSourceUrl | ImageSourceInstance;
}

/** Options of reading an image. */
export interface ImageGetOptions extends CallOptions {
  /** Opens a private image to a caller that the server does not trust; from `createSecret()`. */
  secret?: string;
}

const PATH = "/1.0/images";

/**
 * The images of a project: `/1.0/images`. An image is named by its fingerprint, of which the first
 * characters do as long as no other image starts with them. A list over all projects needs the API extension
 * `images_all_projects`, a filtered one `api_filtering`.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client";
 *
 * await using client = await connect();
 * const image = await client.images.create({
 *   source: {
 *     type: "image",
 *     protocol: "simplestreams",
 *     server: "https://images.linuxcontainers.org",
 *     alias: "alpine/edge",
 *   },
 *   aliases: [{ name: "alpine" }],
 *   auto_update: true,
 * });
 * console.log(image.fingerprint, image.data.properties);
 * ```
 */
export class Images extends Collection<Image, ImageData, ImageCreatePost> {
  /** The names of the images: `/1.0/images/aliases`. */
  readonly aliases: ImageAliases;

  /** @ignore */
  constructor(session: Session) {
    super(session, {
      word: "image",
      path: PATH,
      key: "fingerprint",
      // The start of a fingerprint is as good as the whole until the data says more.
      model: (session, init) =>
        new ImageModel(session, { ...init, name: init.data?.fingerprint ?? init.name }),
      allProjectsExtension: "images_all_projects",
      filterExtension: "api_filtering",
    });
    this.aliases = imageAliases(session);
  }

  /**
   * Reads one of them: `GET /1.0/images/{fingerprint}`.
   *
   * @throws {NotFoundError} when there is none of that fingerprint, or it is not for the caller.
   */
  override async get(fingerprint: string, options: ImageGetOptions = {}): Promise<Image> {
    const { secret, ...limits } = options;
    const request: CallOptions & { query: { secret?: string } } = { ...limits, query: { secret } };
    return await super.get(fingerprint, request);
  }

  /**
   * Reads the image that an alias stands for: `GET /1.0/images/aliases/{alias}`, then the image.
   *
   * @throws {NotFoundError} when there is no such alias.
   */
  async getByAlias(alias: string, options: CallOptions = {}): Promise<Image> {
    return await limited(options, `read image "${alias}"`, async (signal) => {
      const { data } = await this.aliases.get(alias, { signal });
      return await this.get(data.target, { signal });
    });
  }

  /**
   * Has the server make one, and resolves when it stands: `POST /1.0/images`. It is fetched from
   * another server or a web address, or made of an instance or a snapshot.
   *
   * @throws {OperationError} when the server fails to make it.
   */
  override create(body: ImageCreatePost, options: MutationOptions = {}): Task<Image> {
    return new Task(this.session, "create an image", options, async (step, signal) => {
      const made = await step("POST", PATH, { json: body });
      return await this.get(madeFingerprint(made), { signal });
    });
  }

  /**
   * Sends the server an image in one file or two, and resolves when it stands: `POST /1.0/images`.
   * Streams are sent as they are read. `onProgress` tells how much was sent, and then of the server's
   * own progress. Aliases are given by `POST /1.0/images/aliases`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const { readable } = await Deno.open("image.tar.xz");
   * await client.images.upload({ file: readable, aliases: [{ name: "golden" }] });
   * ```
   *
   * @throws {TypeError} when it is no image in one file or two.
   * @throws {OperationError} when the server cannot use it, or has that very image already.
   * @throws {ConflictError} when an alias is taken; the image exists nevertheless.
   */
  upload(image: ImageUpload, options: MutationOptions = {}): Task<Image> {
    return new Task(this.session, "upload an image", options, async (step, signal) => {
      const { contentOf, uploadRequest } = await import("./upload.ts");
      const { onProgress } = options;
      const request = uploadRequest(this.session, contentOf(image), image, onProgress);
      const made = await step("POST", PATH, request);
      return await this.#named(step, signal, madeFingerprint(made), image.aliases);
    });
  }

  /** @ignore */
  receive(
    source: Session,
    path: string,
    label: string,
    options: ImageCopyOptions,
  ): Task<Image> {
    if (options.autoUpdate && (options.mode ?? "pull") !== "pull") {
      throw new TypeError(
        `Cannot copy ${label} with autoUpdate by ${options.mode}: only a copy by pull can be updated`,
      );
    }
    return new Task(this.session, `copy ${label}`, options, async (step, signal) => {
      const data = await source.get<ImageData>(path, { signal });
      const { fingerprint } = data;
      if (!await this.exists(fingerprint, { signal })) {
        const copy = { source, target: this.session, path, data, options };
        const { transferImage } = await import("./copy.ts");
        await transferImage(copy, step, signal);
      }
      const { aliases = [], copyAliases } = options;
      const names = copyAliases ? [...aliases, ...data.aliases ?? []] : aliases;
      return await this.#named(step, signal, fingerprint, names);
    });
  }

  /** Gives an image its names and reads it. */
  async #named(
    step: Step,
    signal: AbortSignal | undefined,
    target: string,
    aliases: readonly ImageAliasInfo[] = [],
  ): Promise<Image> {
    for (const { name, description } of aliases) {
      await step("POST", `${PATH}/aliases`, { json: { name, description, target } });
    }
    return await this.get(target, { signal });
  }
}

/** The fingerprint of an image as the server that made it tells it. */
export function madeFingerprint(made: StepResult<unknown>): string {
  const told = (made.operation?.metadata ?? made.metadata) as
    | { fingerprint?: string }
    | null
    | undefined;
  if (told?.fingerprint) return told.fingerprint;
  throw new ProtocolError("Cannot tell the fingerprint of the new image: the server named none");
}
