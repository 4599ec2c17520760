import { Collection, type Creatable, type Gettable, type Listable } from "../../core/collection.ts";
import type { CallOptions } from "../../core/call.ts";
import type { Editable, Readable } from "../../core/document.ts";
import type { Named, Removable, Renamable } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import type {
  ImageAliasData,
  ImageAliasesPost,
  ImageAliasPut,
  ImageData,
} from "../../types/mod.ts";

/**
 * A name for an image, which may hold slashes: `/1.0/images/aliases/{alias}`. Its `patch` writes with `PUT`:
 * LXD 5.0.2 never answers a `PATCH` of an alias.
 */
export interface ImageAlias
  extends Named, Readable<ImageAliasData>, Editable<ImageAliasPut>, Renamable, Removable {}

/** The names for the images of a project: `/1.0/images/aliases`. */
export interface ImageAliases
  extends
    Listable<ImageAlias, CallOptions>,
    Gettable<ImageAlias>,
    Creatable<ImageAlias, ImageAliasesPost> {
  /**
   * The images behind one name, by architecture such as `x86_64`: that of the alias itself, and those
   * of the aliases `name/ARCH`, where ARCH is the kernel's or Debian's name for it. Empty when there
   * is none. Takes two requests: `GET /1.0/images/aliases` and `GET /1.0/images`.
   */
  architectures(name: string, options?: CallOptions): Promise<Record<string, ImageAlias>>;
}

/** What Debian calls an architecture where the kernel calls it otherwise. */
const DEBIAN_NAMES: Record<string, string> = {
  aarch64: "arm64",
  armv7l: "armhf",
  i686: "i386",
  ppc64le: "ppc64el",
  x86_64: "amd64",
};

/** Makes the collection. */
export function imageAliases(session: Session): ImageAliases {
  return new ImageAliasCollection(session, {
    word: "image alias",
    path: "/1.0/images/aliases",
    // LXD 5.0.2 never gets done with a PATCH of an alias: it gives up after twenty seconds.
    rewritten: true,
  });
}

class ImageAliasCollection extends Collection<ImageAlias, ImageAliasData, ImageAliasesPost>
  implements ImageAliases {
  override async names(options: CallOptions = {}): Promise<string[]> {
    // LXD 5.0.2 encodes the names in its list of URLs twice, other servers once.
    return (await this.list(options)).map(({ name }) => name);
  }

  async architectures(
    name: string,
    options: CallOptions = {},
  ): Promise<Record<string, ImageAlias>> {
    const { signal, timeout } = options;
    const [aliases, images] = await Promise.all([
      this.list(options),
      this.session.get<ImageData[] | null>("/1.0/images", {
        signal,
        timeout,
        query: { recursion: 1 },
      }),
    ]);
    const found: Record<string, ImageAlias> = {};
    for (const alias of aliases) {
      const image = images?.find((it) => it.fingerprint === alias.data.target);
      if (!image) continue;
      const { architecture } = image;
      const names = [architecture, DEBIAN_NAMES[architecture] ?? architecture];
      const fits = alias.name === name || names.some((it) => alias.name === `${name}/${it}`);
      // The alias that names the architecture says more than the bare one.
      if (fits && (alias.name !== name || !found[architecture])) found[architecture] = alias;
    }
    return found;
  }
}
