import type { CallOptions } from "../../core/call.ts";
import type { Editable, Readable } from "../../core/document.ts";
import { Model, type ModelInit, type Named, type Removable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type { MutationOptions, Task } from "../../core/task.ts";
import type { ImageData, ImagePut } from "../../types/mod.ts";
import type { ImageCopyOptions } from "./copy.ts";
import type { ImageExportOptions, ImageFile } from "./export.ts";
import { type ImageSecret, issueSecret } from "./secret.ts";
import type { Images } from "./images.ts";

/** Where an image can be copied to: another client, or a scope of the same one. */
export interface ImageCopyTarget {
  /** The images that the copy is to be among. */
  readonly images: Images;
}

/**
 * An image: `/1.0/images/{fingerprint}`. The servers count `public`, `auto_update` and `properties` alone into
 * its ETag: of two changes to its profiles or expiry at the same time the later one stands.
 */
export interface Image extends Named, Readable<ImageData>, Editable<ImagePut>, Removable {
  /** The SHA-256 of its files in hexadecimal, by which it is named. */
  readonly fingerprint: string;
  /**
   * Reads its files, one after the other: `GET /1.0/images/{fingerprint}/export`. An image has one file
   * or two. Each is to be read before the next is asked for; what is left of it is passed over. Leaving
   * the loop ends the download.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const image = await client.images.getByAlias("debian/12");
   * for await (const { filename, readable } of image.export()) {
   *   await readable.pipeTo((await Deno.create(filename)).writable);
   * }
   * ```
   *
   * @throws {ProtocolError} at the end of the last file, when the fingerprint is not that of what came.
   * @throws {TruncatedError} when the connection breaks.
   */
  export(options?: ImageExportOptions): AsyncGenerator<ImageFile, void>;
  /**
   * The URL that `export` reads, that of `GET /1.0/images/{fingerprint}/export`, for a link: whoever follows
   * it needs credentials of their own, as a browser has them, or the `secret` that `createSecret()` gives.
   *
   * @throws {UnsupportedError} when the connector has no URLs, as over a Unix socket.
   */
  exportUrl(options?: Pick<ImageExportOptions, "secret">): URL;
  /**
   * Copies it to another server or project, and resolves to the copy. An image that is there already is
   * not sent again, but gets the aliases. `signal` and `timeout` limit all ways that are tried. Calls
   * `POST /1.0/images` of the target, to push `POST` and to relay `GET` of
   * `/1.0/images/{fingerprint}/export` of the source, and `POST /1.0/images/aliases` of the target.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using lxd = await connect({ socket: "/var/lib/lxd/unix.socket" });
   * await using incus = await connect({ socket: "/var/lib/incus/unix.socket" });
   * const image = await lxd.images.getByAlias("golden");
   * await image.copyTo(incus, { copyAliases: true });
   * ```
   *
   * @throws {OperationError} when a server fails to send or to take it.
   * @throws {ConnectionError} when the way that was chosen needs a server to listen that does not.
   * @throws {ConflictError} when an alias is taken; the copy exists nevertheless.
   */
  copyTo(target: ImageCopyTarget, options?: ImageCopyOptions): Task<Image>;
  /**
   * Has the server look for a newer version where the image came from, and fetch it:
   * `POST /1.0/images/{fingerprint}/refresh`. Resolves to whether there was one: it then stands under a
   * fingerprint of its own in place of this one, and has its aliases. Needs the API extension
   * `image_force_refresh`.
   */
  update(options?: MutationOptions): Task<boolean>;
  /**
   * Asks for a secret that opens the image, once, to a caller that the server does not trust:
   * `POST /1.0/images/{fingerprint}/secret`.
   */
  createSecret(options?: CallOptions): Promise<ImageSecret>;
}

/** The one implementation of {@linkcode Image}. */
export class ImageModel extends Model<ImageData, ImagePut> implements Image {
  /** @ignore */
  constructor(session: Session, init: ModelInit<ImageData>) {
    // The servers pass over these in a PATCH.
    const rewritten = ["expires_at", "profiles"];
    super(session, { word: "image", path: "/1.0/images", rewritten }, init);
  }

  /** The SHA-256 of its files in hexadecimal. */
  get fingerprint(): string {
    return this.name;
  }

  /** Reads its files. */
  async *export(options: ImageExportOptions = {}): AsyncGenerator<ImageFile, void> {
    const { exportImage } = await import("./export.ts");
    const { session, path, fingerprint } = this;
    yield* exportImage({ session, path, fingerprint }, options);
  }

  /** The URL that `export` reads. */
  exportUrl({ secret }: Pick<ImageExportOptions, "secret"> = {}): URL {
    return this.session.url(`${this.path}/export`, { secret });
  }

  /** Copies it to another server or project. */
  copyTo(target: ImageCopyTarget, options: ImageCopyOptions = {}): Task<Image> {
    return target.images.receive(this.session, this.path, this.label, options);
  }

  /** Has the server fetch a newer version. */
  update(options: MutationOptions = {}): Task<boolean> {
    this.session.require("image_force_refresh", `update ${this.label}`);
    return this.mutate("update", options, async (step) => {
      const { operation, metadata } = await step("POST", `${this.path}/refresh`);
      const told = (operation?.metadata ?? metadata) as { refreshed?: boolean } | null | undefined;
      return told?.refreshed ?? false;
    });
  }

  /** Asks for a secret that opens it. */
  async createSecret(options: CallOptions = {}): Promise<ImageSecret> {
    return await issueSecret(this.session, `${this.path}/secret`, undefined, options);
  }
}
