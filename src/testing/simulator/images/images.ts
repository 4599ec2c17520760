import type { Call } from "../call.ts";
import { pathOf } from "../documents.ts";
import { checkEtag } from "../etag.ts";
import { parseFilter } from "../filter.ts";
import { notFound } from "../refusal.ts";
import { done, sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { Shelf } from "../shelf.ts";
import { EPOCH, givenTime, NO_TIME, timeOf } from "../times.ts";
import { aliasRoutes } from "./aliases.ts";
import { exportOf } from "./export.ts";
import { ImageCreation } from "./creation.ts";
import type { AliasRecord, StoredImage } from "./record.ts";
import { type SeedImage, seedImage } from "./seed_image.ts";

/** What of an image can be changed. */
interface ImagePut {
  auto_update?: boolean;
  public?: boolean;
  expires_at?: string;
  properties?: Record<string, string>;
  profiles?: string[];
}

/** The images of a simulated server. */
export class Images {
  /** Resolves once the images stand that the server starts with. */
  readonly ready: Promise<void>;
  /** The names of images. */
  readonly aliases: Shelf<AliasRecord> = new Shelf();
  readonly #server: SimulatedServer;
  readonly #all = new Shelf<StoredImage>();
  readonly #creation: ImageCreation;

  /** These images alone. */
  constructor(server: SimulatedServer, seeds: readonly SeedImage[]) {
    this.#server = server;
    this.#creation = new ImageCreation(server, this);
    this.ready = this.#seed(seeds);
  }

  /** The images that a project sees. */
  in(project: string): StoredImage[] {
    return [...this.#shelf(project).values()];
  }

  /** The image of a fingerprint, or of the start of it. */
  find(project: string, fingerprint: string): StoredImage | undefined {
    const shelf = this.#shelf(project);
    return shelf.get(fingerprint) ??
      [...shelf.values()].find((it) => it.fingerprint.startsWith(fingerprint));
  }

  /** The image of a name. */
  byAlias(project: string, name: string): StoredImage | undefined {
    const alias = this.aliases.in(this.owner(project)).get(name);
    return alias && this.find(project, alias.target);
  }

  /** The project whose images a project works with. */
  owner(project: string): string {
    return this.#server.modules.projects.owner(project, "features.images");
  }

  /** Adds one. */
  add(image: StoredImage): void {
    this.#all.in(image.project).set(image.fingerprint, image);
  }

  /** The paths of those of a project. */
  pathsIn(project: string): string[] {
    return [...this.#all.in(project).values()]
      .map(({ fingerprint: name }) => pathOf("/1.0/images", { name, project }));
  }

  /** Forgets those of a project. */
  drop(project: string): void {
    this.#all.drop(project);
    this.aliases.drop(project);
  }

  /** Tells what happened to one. */
  tell(action: string, { fingerprint: name, project }: StoredImage): void {
    const path = pathOf("/1.0/images", { name, project });
    this.#server.lifecycle(`image-${action}`, path, { project, name });
  }

  /** What answers under `/1.0/images`. */
  routes(): Route[] {
    return [
      ...aliasRoutes(this.#server, this),
      {
        path: "/1.0/images",
        methods: { GET: (call) => this.#list(call), POST: (call) => this.#creation.create(call) },
      },
      {
        path: "/1.0/images/{fingerprint}",
        methods: {
          GET: (call) => {
            const image = this.#of(call);
            return sync(this.#view(image), { etag: tagOf(image) });
          },
          PUT: (call) => this.#change(call, true),
          PATCH: (call) => this.#change(call, false),
          DELETE: (call) => this.#delete(call),
        },
      },
      {
        path: "/1.0/images/{fingerprint}/export",
        methods: {
          GET: (call) => exportOf(this.#of(call)),
          POST: (call) => this.#creation.push(call, this.#of(call)),
        },
      },
      {
        path: "/1.0/images/{fingerprint}/secret",
        methods: {
          POST: (call) => {
            const { fingerprint } = this.#of(call);
            return this.#server.operations.token(call, "Image download token", { fingerprint });
          },
        },
      },
      {
        path: "/1.0/images/{fingerprint}/refresh",
        methods: { POST: (call) => this.#refresh(call) },
      },
    ];
  }

  async #seed(seeds: readonly SeedImage[]): Promise<void> {
    for (const seed of seeds) {
      const image = await seedImage(seed, this.#server.clock);
      this.add(image);
      for (const name of seed.aliases) {
        const { fingerprint: target, type, project } = image;
        this.aliases.in(project).set(name, { name, project, description: "", target, type });
      }
    }
  }

  #shelf(project: string): Map<string, StoredImage> {
    return this.#all.in(this.owner(project));
  }

  #of(call: Call): StoredImage {
    const fingerprint = call.param("fingerprint");
    const image = this.find(call.project, fingerprint);
    if (image) return image;
    const named = this.#server.dialect === "incus" && call.method === "GET";
    throw notFound(named ? `Image "${fingerprint}" not found` : "Image not found");
  }

  #list(call: Call): Promise<Response> {
    const all = call.allProjects && this.#server.extensions.has("images_all_projects")
      ? [...this.#all.all()]
      : this.in(call.project);
    const filter = call.query.get("filter");
    const wanted = filter ? parseFilter(filter) : () => true;
    const found = all.filter((it) => wanted(this.#view(it)));
    if (call.recursion > 0) return sync(found.map((it) => this.#view(it)));
    return sync(
      found.map(({ fingerprint: name, project }) => pathOf("/1.0/images", { name, project })),
    );
  }

  async #change(call: Call, whole: boolean): Promise<Response> {
    const image = this.#of(call);
    await checkEtag(call.headers, tagOf(image));
    const body = await call.json<ImagePut>("ImagePut");
    if (whole || body.auto_update !== undefined) image.autoUpdate = body.auto_update ?? false;
    if (whole || body.public !== undefined) image.public = body.public ?? false;
    // PATCH leaves these as they are, whatever it is given.
    if (whole) {
      image.expiresAt = givenTime(body.expires_at);
      image.profiles = body.profiles ?? ["default"];
    }
    image.properties = whole ? body.properties ?? {} : { ...image.properties, ...body.properties };
    this.tell("updated", image);
    return await done();
  }

  #delete(call: Call): Response {
    const image = this.#of(call);
    const { fingerprint, project } = image;
    return this.#server.operations.begin(call, {
      description: "Deleting image",
      resources: { images: [pathOf("/1.0/images", { name: fingerprint, project })] },
      run: () => {
        this.#all.in(project).delete(fingerprint);
        const aliases = this.aliases.in(project);
        for (const { name, target } of aliases.values()) {
          if (target === fingerprint) aliases.delete(name);
        }
        this.tell("deleted", image);
        return Promise.resolve();
      },
    });
  }

  #refresh(call: Call): Response {
    const image = this.#of(call);
    return this.#server.operations.begin(call, {
      description: "Refreshing image",
      run: () => {
        if (!image.updateSource) throw notFound("Image source not found");
        const latest = this.byAlias(image.sourceProject ?? "default", image.updateSource.alias!);
        const refreshed = latest !== undefined && latest.fingerprint !== image.fingerprint;
        if (refreshed) this.#replace(image, latest);
        return Promise.resolve({ refreshed });
      },
    });
  }

  /** Puts a newer version in the place of an image, under all its names. */
  #replace(image: StoredImage, latest: StoredImage): void {
    const { project, fingerprint } = image;
    this.#all.in(project).delete(fingerprint);
    const { public: open, autoUpdate, updateSource, sourceProject } = image;
    this.add({ ...latest, project, public: open, autoUpdate, updateSource, sourceProject });
    for (const alias of this.aliases.in(project).values()) {
      if (alias.target === fingerprint) alias.target = latest.fingerprint;
    }
    this.tell("refreshed", image);
  }

  #view(image: StoredImage): object {
    const { fingerprint, project, updateSource, expiresAt, lastUsedAt } = image;
    const never = this.#server.dialect === "lxd" ? EPOCH : NO_TIME;
    const aliases = [...this.aliases.in(project).values()]
      .filter(({ target }) => target === fingerprint)
      .map(({ name, description }) => ({ name, description }));
    return {
      auto_update: image.autoUpdate,
      properties: image.properties,
      public: image.public,
      expires_at: expiresAt === NO_TIME ? never : expiresAt,
      profiles: image.profiles,
      aliases,
      architecture: image.architecture,
      cached: image.cached,
      filename: image.filename,
      fingerprint,
      size: image.file.content.length + (image.rootfs?.content.length ?? 0),
      ...updateSource && { update_source: updateSource },
      type: image.type,
      created_at: timeOf(image.createdAt).replace(".000000000Z", "Z"),
      last_used_at: lastUsedAt ? timeOf(lastUsedAt) : NO_TIME,
      uploaded_at: timeOf(image.uploadedAt),
      ...this.#server.extensions.has("images_all_projects") && { project },
    };
  }
}

function tagOf(image: StoredImage): unknown {
  return [image.public, image.autoUpdate, image.properties];
}
