import type { ImageMetadata } from "../../../types/mod.ts";
import type { Call } from "../call.ts";
import { checkEtag } from "../etag.ts";
import { badRequest, notFound } from "../refusal.ts";
import { bytes, done, sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { Instances } from "./instances.ts";
import type { InstanceRecord } from "./record.ts";

/** What images told of instances, and the templates of their files. */
export class MetadataRoutes {
  readonly #instances: Instances;

  /** Of the instances of a server. */
  constructor(instances: Instances) {
    this.#instances = instances;
  }

  /** What answers under `metadata`. */
  routes(): Route[] {
    return [
      {
        path: "/1.0/instances/{name}/metadata",
        methods: {
          GET: (call) => {
            const { metadata } = this.#instances.of(call);
            return sync(metadata, { etag: metadata });
          },
          PUT: (call) => this.#change(call, true),
          PATCH: (call) => this.#change(call, false),
        },
      },
      {
        path: "/1.0/instances/{name}/metadata/templates",
        methods: {
          GET: (call) => this.#read(call),
          POST: (call) => this.#write(call),
          DELETE: (call) => {
            const { instance, name } = this.#find(call);
            instance.templates.delete(name);
            return done();
          },
        },
      },
    ];
  }

  async #change(call: Call, whole: boolean): Promise<Response> {
    const instance = this.#instances.of(call);
    // The daemons look at no ETag where all of it is replaced.
    if (!whole) await checkEtag(call.headers, instance.metadata);
    const body = await call.json<Partial<ImageMetadata>>("ImageMetadata");
    const none = {
      architecture: "",
      creation_date: 0,
      expiry_date: 0,
      properties: {},
      templates: {},
    };
    const base = whole ? none : instance.metadata;
    instance.metadata = {
      ...base,
      ...body,
      properties: { ...base.properties, ...body.properties },
      templates: { ...base.templates, ...body.templates },
    };
    return done();
  }

  #find(call: Call): { instance: InstanceRecord; name: string } {
    const instance = this.#instances.of(call);
    const name = call.query.get("path") ?? "";
    if (instance.templates.has(name)) return { instance, name };
    throw notFound(`Template "${name}" not found`);
  }

  #read(call: Call): Response | Promise<Response> {
    const instance = this.#instances.of(call);
    if (!call.query.get("path")) return sync([...instance.templates.keys()]);
    return bytes(instance.templates.get(this.#find(call).name)!);
  }

  async #write(call: Call): Promise<Response> {
    const instance = this.#instances.of(call);
    const name = call.query.get("path");
    if (!name) throw badRequest("missing path argument");
    if (name.includes("/")) throw badRequest("Invalid template filename");
    instance.templates.set(name, new Uint8Array(await call.request.arrayBuffer()));
    return await done();
  }
}
