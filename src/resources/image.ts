import type { Editable, Readable } from "../core/document.ts";
import { Model, type ModelInit, type Named, type Removable } from "../core/model.ts";
import type { Session } from "../core/session.ts";
import type { ImageData, ImagePut } from "../types/mod.ts";

/** An image: `/1.0/images/{fingerprint}`. */
export interface Image extends Named, Readable<ImageData>, Editable<ImagePut>, Removable {
  /** The SHA-256 of its files in hexadecimal, by which it is named. */
  readonly fingerprint: string;
}

/** The one implementation of {@linkcode Image}. */
export class ImageModel extends Model<ImageData, ImagePut> implements Image {
  /** @ignore */
  constructor(session: Session, init: ModelInit<ImageData>) {
    super(session, { word: "image", path: "/1.0/images" }, init);
  }

  /** The SHA-256 of its files in hexadecimal. */
  get fingerprint(): string {
    return this.name;
  }
}
