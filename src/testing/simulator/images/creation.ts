import type { ImageAliasInfo } from "../../../types/mod.ts";
import type { Call } from "../call.ts";
import { publishedContent } from "./publishing.ts";
import type { Operation } from "../operation.ts";
import { badRequest, conflict, failed, notFound } from "../refusal.ts";
import type { SimulatedServer } from "../server.ts";
import { givenTime, NO_TIME } from "../times.ts";
import { type ImageContent, readImage } from "./content.ts";
import type { Images } from "./images.ts";
import type { ImageFile, StoredImage } from "./record.ts";

/** What a body in JSON asks for. */
interface ImagesPost {
  source?: Record<string, string | undefined>;
  aliases?: ImageAliasInfo[];
  properties?: Record<string, string>;
  profiles?: string[];
  public?: boolean;
  auto_update?: boolean;
  filename?: string;
  expires_at?: string;
  compression_algorithm?: string;
}

/** What is told of an image beside its files. */
type Wishes = Omit<ImagesPost, "source"> & { fingerprint?: string };

const PUBLISHED = ["instance", "container", "virtual-machine", "snapshot"];

/** Makes images: of uploads, of instances and of other images. */
export class ImageCreation {
  readonly #server: SimulatedServer;
  readonly #images: Images;
  /** What is to be pushed, by the secret that was given out for it. */
  readonly #expected = new Map<string, { wishes: Wishes; project: string; operation: Operation }>();

  /** For a server. */
  constructor(server: SimulatedServer, images: Images) {
    this.#server = server;
    this.#images = images;
  }

  /** Answers `POST /1.0/images`. */
  async create(call: Call): Promise<Response> {
    const type = call.headers.get("content-type") ?? "";
    if (!type.startsWith("application/json")) return await this.#upload(call, type);
    const body = await call.json<ImagesPost>("ImagesPost");
    const { source = {}, ...wishes } = body;
    if (PUBLISHED.includes(source.type ?? "")) return this.#publish(call, source, wishes);
    if (source.mode === "push") return this.#expect(call, source, wishes);
    if (source.type === "image") return this.#pull(call, source, wishes);
    if (source.type === "url") throw badRequest("Images from URLs are not simulated");
    throw failed("Invalid images JSON");
  }

  /** Answers `POST` of an export: sends an image to where it is expected. */
  async push(call: Call, image: StoredImage): Promise<Response> {
    const { target = "", secret = "" } = await call.json<{ target?: string; secret?: string }>(
      "ImageExportPost",
    );
    return this.#server.operations.begin(call, {
      description: "Downloading image",
      run: () => {
        const expected = this.#isItself(target) ? this.#expected.get(secret) : undefined;
        if (!expected) throw failed(`Failed to connect to "${target}"`);
        this.#expected.delete(secret);
        this.#keep(expected.project, { ...image }, { ...expected.wishes, type: image.type });
        expected.operation.cancel();
        return Promise.resolve();
      },
    });
  }

  async #upload(call: Call, type: string): Promise<Response> {
    const header = (name: string) => utf8(call.headers.get(`x-${this.#server.dialect}-${name}`));
    const [file, rootfs] = type.startsWith("multipart/form-data")
      ? await filesOfForm(call)
      : [{ name: "image", content: new Uint8Array(await call.request.arrayBuffer()) }];
    const wishes: Wishes & { type: StoredImage["type"] } = {
      fingerprint: header("fingerprint") || undefined,
      filename: header("filename") ?? "",
      public: ["1", "true"].includes(header("public") ?? ""),
      properties: Object.fromEntries(new URLSearchParams(header("properties") ?? "")),
      profiles: new URLSearchParams(header("profiles") ?? "").getAll("profile"),
      aliases: new URLSearchParams(header("aliases") ?? "").getAll("alias")
        .map((name) => ({ name, description: "" })),
      type: rootfs?.name === "rootfs.img" ? "virtual-machine" : "container",
    };
    return this.#begin(call, async () => {
      const content = await readImage(file, rootfs, this.#server.clock);
      const { fingerprint } = wishes;
      if (fingerprint && fingerprint !== content.fingerprint) {
        throw failed(
          `fingerprints don't match, got ${content.fingerprint} expected ${fingerprint}`,
        );
      }
      return this.#keep(call.project, content, wishes);
    });
  }

  #publish(call: Call, source: Record<string, string | undefined>, wishes: Wishes): Response {
    const { instances } = this.#server.modules;
    const [name = "", snapshot] = (source.name ?? "").split("/");
    const { dialect, clock } = this.#server;
    if (dialect === "lxd") instances.get(call.project, name);
    return this.#begin(call, async () => {
      const instance = instances.get(call.project, name);
      const content = await publishedContent(instance, snapshot, {
        properties: wishes.properties ?? {},
        compression: wishes.compression_algorithm ?? "gzip",
      });
      const image = await readImage({ name: "image", content }, undefined, clock);
      return this.#keep(call.project, image, { ...wishes, type: instance.type });
    });
  }

  #pull(call: Call, source: Record<string, string | undefined>, wishes: Wishes): Response {
    const { alias, fingerprint, server, project = "default" } = source;
    return this.#begin(call, () => {
      const from = server === undefined ? call.project : project;
      const known = server === undefined || this.#isItself(server);
      const image = !known
        ? undefined
        : alias
        ? this.#images.byAlias(from, alias)
        : this.#images.find(from, fingerprint ?? "");
      if (!image) {
        throw notFound(
          `Failed getting remote image info: The requested image couldn't be found for ` +
            (alias ? `alias "${alias}"` : `fingerprint "${fingerprint}"`),
        );
      }
      const copy = this.#keep(call.project, { ...image }, { ...wishes, type: image.type });
      if (server !== undefined) {
        copy.sourceProject = from;
        copy.updateSource = {
          alias: alias ?? fingerprint!,
          certificate: source.certificate ?? "",
          protocol: source.protocol || this.#server.dialect,
          server,
          image_type: image.type,
        };
      }
      return Promise.resolve(copy);
    }, true);
  }

  #expect(call: Call, source: Record<string, string | undefined>, wishes: Wishes): Response {
    const { operations, random } = this.#server;
    const secret = Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join(
      "",
    );
    const operation = operations.create({
      description: "Downloading image",
      project: call.project,
      class: "token",
      metadata: { secret, fingerprint: source.fingerprint },
      mayCancel: true,
    });
    this.#expected.set(secret, { wishes, project: call.project, operation });
    return operations.answer(operation);
  }

  #begin(call: Call, make: () => Promise<StoredImage>, mayCancel = false): Response {
    return this.#server.operations.begin(call, {
      description: "Downloading image",
      mayCancel,
      run: async () => {
        const { fingerprint, file, rootfs } = await make();
        const size = file.content.length + (rootfs?.content.length ?? 0);
        return { fingerprint, size: String(size) };
      },
    });
  }

  /** Adds an image with what is wished for it. */
  #keep(
    project: string,
    content: ImageContent,
    wishes: Wishes & { type: StoredImage["type"] },
  ): StoredImage {
    const { clock } = this.#server;
    const owner = this.#images.owner(project);
    if (this.#images.find(project, content.fingerprint)) {
      throw failed("Image with same fingerprint already exists");
    }
    const image: StoredImage = {
      ...content,
      properties: { ...content.properties, ...wishes.properties },
      project: owner,
      type: wishes.type,
      public: wishes.public ?? false,
      autoUpdate: wishes.auto_update ?? false,
      cached: false,
      filename: wishes.filename ?? "",
      profiles: wishes.profiles?.length ? wishes.profiles : ["default"],
      expiresAt: wishes.expires_at ? givenTime(wishes.expires_at) : NO_TIME,
      uploadedAt: clock.now(),
      lastUsedAt: 0,
      updateSource: undefined,
      sourceProject: undefined,
    };
    this.#images.add(image);
    this.#images.tell("created", image);
    for (const { name, description = "" } of wishes.aliases ?? []) {
      const aliases = this.#images.aliases.in(owner);
      if (aliases.has(name)) throw conflict(`Alias already exists: ${name}`);
      const { fingerprint: target, type } = image;
      aliases.set(name, { name, project: owner, description, target, type });
    }
    return image;
  }

  /** Whether an address is that of this server. */
  #isItself(url: string): boolean {
    return this.#server.modules.facts.addresses.some((it) => url === `https://${it}`);
  }
}

/** A header field as it was meant: its bytes are UTF-8, whatever is made of them on the way. */
function utf8(value: string | null): string | null {
  if (value === null || !/[\x80-\xff]/.test(value)) return value;
  return new TextDecoder().decode(Uint8Array.from(value, (it) => it.charCodeAt(0)));
}

async function filesOfForm(call: Call): Promise<[ImageFile, ImageFile]> {
  const form = await call.request.formData();
  const read = async (name: string): Promise<ImageFile | undefined> => {
    const file = form.get(name);
    if (!file || typeof file === "string") return undefined;
    return { name, content: new Uint8Array(await file.arrayBuffer()) };
  };
  const metadata = await read("metadata");
  const rootfs = await read("rootfs") ?? await read("rootfs.img");
  if (!metadata || !rootfs) throw badRequest("Invalid multipart image");
  return [metadata, rootfs];
}
