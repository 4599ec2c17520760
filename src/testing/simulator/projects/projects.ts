import type { Call } from "../call.ts";
import { type Document, type DocumentKind, documentRoutes, findDocument } from "../documents.ts";
import { PROJECT_OPERATIONS } from "../extensions.ts";
import { badRequest, conflict, failed, forbidden, notFound } from "../refusal.ts";
import { sync } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { usageOf } from "./usage.ts";

/** What a project may have of its own, or share with the default project. */
export type Feature =
  | "features.images"
  | "features.profiles"
  | "features.storage.volumes"
  | "features.storage.buckets"
  | "features.networks"
  | "features.networks.zones";

/** A project. */
export interface Project extends Document {
  /** Its description. */
  description: string;
  /** Its configuration. */
  config: Record<string, string>;
}

const KEYS = /^(features|limits|restricted|images|backups|user)(\.|$)/;

/** The projects of a simulated server. */
export class Projects {
  readonly #server: SimulatedServer;
  readonly #all = new Map<string, Project>();
  readonly #kind: DocumentKind<Project>;

  /** The default project alone. */
  constructor(server: SimulatedServer) {
    this.#server = server;
    const label = server.dialect === "lxd" ? "LXD" : "Incus";
    const config = Object.fromEntries(this.#features().map((feature) => [feature, "true"]));
    this.#all.set("default", {
      name: "default",
      project: "default",
      description: `Default ${label} project`,
      config,
    });
    this.#kind = this.#makeKind();
  }

  /** All of them. */
  all(): Project[] {
    return [...this.#all.values()];
  }

  /** Whether there is one of the name. */
  has(name: string): boolean {
    return this.#all.has(name);
  }

  /** The one of the name. */
  get(name: string): Project {
    const project = this.#all.get(name);
    if (!project) throw notFound(`Failed loading project "${name}": Project not found`);
    return project;
  }

  /** The project whose things a project works with: its own, or those of the default one. */
  owner(name: string, feature: Feature): string {
    return this.get(name).config[feature] === "true" ? name : "default";
  }

  /** The paths of what lies in a project. */
  usedBy(name: string): string[] {
    const { images, instances, profiles, pools, networks } = this.#server.modules;
    return [
      ...images.pathsIn(name),
      ...profiles.pathsIn(name),
      ...instances.pathsIn(name),
      ...pools.pathsIn(name),
      ...networks.pathsIn(name),
    ];
  }

  /** What answers under `/1.0/projects`. */
  routes(): Route[] {
    return [
      ...documentRoutes(this.#server, this.#kind),
      {
        path: "/1.0/projects/{name}/state",
        methods: {
          GET: (call) => sync({ resources: usageOf(this.#server, findDocument(this.#kind, call)) }),
        },
      },
      {
        path: "/1.0/projects/{name}/access",
        extension: "project_access",
        methods: {
          GET: (call) => {
            findDocument(this.#kind, call);
            return sync(this.#server.modules.certificates.trustedEverywhere());
          },
        },
      },
    ];
  }

  #makeKind(): DocumentKind<Project> {
    return {
      path: "/1.0/projects",
      event: "project",
      fields: { description: "", config: {} },
      // The daemons take the configuration of a PATCH whole.
      maps: [],
      background: { extension: PROJECT_OPERATIONS, noun: "project", only: "Deleting" },
      shelf: () => this.#all,
      view: ({ name, description, config }) => ({
        config,
        description,
        name,
        used_by: this.usedBy(name),
      }),
      missing: ({ method, params }) =>
        method === "DELETE"
          ? `Fetch project "${params.name}": Project not found`
          : "Project not found",
      create: (call) => this.#create(call),
      change: (project, { config }) => this.#checkChange(project, config!),
      remove: (project, call) => this.#remove(project, call),
      verbs: { rename: (call) => this.#rename(call) },
    };
  }

  #features(): Feature[] {
    const features: Feature[] = [
      "features.images",
      "features.networks",
      "features.profiles",
      "features.storage.volumes",
    ];
    if (this.#server.extensions.has("storage_buckets")) features.push("features.storage.buckets");
    if (this.#server.extensions.has("projects_networks_zones")) {
      features.push("features.networks.zones");
    }
    return features;
  }

  async #create(call: Call): Promise<Project> {
    const { name, description = "", config = {} } = await call.json<Project>("ProjectsPost");
    checkName(name);
    checkConfig(config);
    if (this.#all.has(name)) throw this.#taken(name);
    const own = this.#features().filter((feature) => !feature.startsWith("features.networks"));
    const project = {
      name,
      project: "default",
      description,
      config: { ...Object.fromEntries(own.map((feature) => [feature, "true"])), ...config },
    };
    if (project.config["features.profiles"] === "true") {
      this.#server.modules.profiles.addDefault(name);
    }
    return project;
  }

  #taken(name: string) {
    const prefix = `Failed creating project "${name}": Failed adding database record: `;
    return this.#server.dialect === "lxd"
      ? conflict(`${prefix}This "projects" entry already exists`)
      : failed(
        `${prefix}Failed to create "projects" entry: UNIQUE constraint failed: projects.name`,
      );
  }

  #checkChange(project: Project, config: Record<string, string>): void {
    checkConfig(config);
    if (this.#isEmpty(project.name)) return;
    for (const feature of this.#features()) {
      const before = project.config[feature] === "true";
      if (before === (config[feature] === "true")) continue;
      const verb = before ? "disabled" : "enabled";
      throw badRequest(`Project feature "${feature}" cannot be ${verb} on non-empty projects`);
    }
  }

  #isEmpty(name: string): boolean {
    return this.usedBy(name).every((path) => path.startsWith("/1.0/profiles/default?"));
  }

  #remove({ name }: Project, call: Call): void {
    if (name === "default") throw forbidden("The 'default' project cannot be deleted");
    const { dialect, modules, extensions } = this.#server;
    const force = extensions.has("projects_force_delete") && call.flag("force");
    if (!force && !this.#isEmpty(name)) {
      throw failed(`Only empty projects can be removed${dialect === "lxd" ? "" : "."}`);
    }
    modules.instances.drop(name);
    modules.profiles.drop(name);
    modules.images.drop(name);
    modules.pools.drop(name);
    modules.networks.drop(name);
  }

  async #rename(call: Call): Promise<Response> {
    const project = findDocument(this.#kind, call);
    const { name } = await call.json<{ name: string }>("ProjectPost");
    if (project.name === "default") throw forbidden("The 'default' project cannot be renamed");
    return this.#server.operations.begin(call, {
      description: "Renaming project",
      run: () => {
        checkName(name);
        if (!this.#isEmpty(project.name)) throw failed("Only empty projects can be renamed");
        if (this.#all.has(name)) throw failed(`A project named "${name}" already exists`);
        const before = project.name;
        this.#all.delete(before);
        project.name = name;
        this.#all.set(name, project);
        this.#server.modules.profiles.moveProject(before, name);
        this.#server.lifecycle("project-renamed", `/1.0/projects/${name}`, {
          project: name,
          name,
          context: { old_name: before },
        });
        return Promise.resolve();
      },
    });
  }
}

function checkName(name: string): void {
  if (!name) throw badRequest("No name provided");
  if (name.includes("/")) throw badRequest("Project names may not contain slashes");
  if (name.includes(" ")) throw badRequest("Project names may not contain spaces");
  if (name.includes("_")) throw badRequest("Project names may not contain underscores");
  if (name.includes("'") || name.includes('"')) {
    throw badRequest("Project names may not contain quotes");
  }
  if (name === "*") throw badRequest("Reserved project name");
  if (name === "." || name === "..") throw badRequest(`Invalid project name "${name}"`);
}

function checkConfig(config: Record<string, string>): void {
  for (const key of Object.keys(config)) {
    if (!KEYS.test(key)) throw badRequest(`Invalid project configuration key "${key}"`);
  }
}
