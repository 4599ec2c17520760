import type { Call } from "../call.ts";
import { checkConfig } from "../instances/config.ts";
import { checkProfileDevices, type Devices } from "../instances/devices.ts";
import { type Document, type DocumentKind, documentRoutes, pathOf } from "../documents.ts";
import { STORAGE_OPERATIONS } from "../extensions.ts";
import { badRequest, failed, forbidden, notFound } from "../refusal.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { Shelf } from "../shelf.ts";

/** A profile. */
export interface Profile extends Document {
  /** Its description. */
  description: string;
  /** Configuration of instances that have it. */
  config: Record<string, string>;
  /** Devices of instances that have it. */
  devices: Devices;
}

/** The profiles of a simulated server. */
export class Profiles {
  readonly #server: SimulatedServer;
  readonly #all = new Shelf<Profile>();

  /** The default profile alone. */
  constructor(server: SimulatedServer) {
    this.#server = server;
    this.addDefault("default");
    const root = { type: "disk", path: "/", pool: "default" };
    this.#all.in("default").get("default")!.devices = { root };
  }

  /** Gives a project a default profile. */
  addDefault(project: string): void {
    const label = this.#server.dialect === "lxd" ? "LXD" : "Incus";
    const description = project === "default"
      ? ""
      : `Default ${label} profile for project ${project}`;
    this.#all.in(project).set("default", {
      name: "default",
      project,
      description,
      config: {},
      devices: {},
    });
  }

  /** The profiles of these names, as a project sees them. */
  resolve(project: string, names: readonly string[]): Profile[] {
    const profiles = this.#all.in(this.owner(project));
    return names.map((name) => {
      const profile = profiles.get(name);
      if (!profile) throw notFound("Profile not found");
      return profile;
    });
  }

  /** The profile of a name as a project sees it, where there is one. */
  find(project: string, name: string): Profile | undefined {
    return this.#all.in(this.owner(project)).get(name);
  }

  /** The project whose profiles a project works with. */
  owner(project: string): string {
    return this.#server.modules.projects.owner(project, "features.profiles");
  }

  /** The paths of the profiles of a project. */
  pathsIn(project: string): string[] {
    if (this.owner(project) !== project) return [];
    return [...this.#all.in(project).values()].map((profile) => pathOf("/1.0/profiles", profile));
  }

  /** The paths of the profiles that have a device of this kind. */
  pathsWith(fits: (device: Record<string, string>) => boolean): string[] {
    return [...this.#all.all()]
      .filter(({ devices }) => Object.values(devices).some(fits))
      .map((profile) => pathOf("/1.0/profiles", profile));
  }

  /** Moves the profiles of a project to its new name. */
  moveProject(from: string, to: string): void {
    this.#all.rename(from, to);
    for (const profile of this.#all.in(to).values()) profile.project = to;
  }

  /** Forgets those of a project. */
  drop(project: string): void {
    this.#all.drop(project);
  }

  /** What answers under `/1.0/profiles`. */
  routes(): Route[] {
    return documentRoutes(this.#server, this.#kind());
  }

  #kind(): DocumentKind<Profile> {
    return {
      path: "/1.0/profiles",
      event: "profile",
      fields: { config: {}, description: "", devices: {} },
      maps: ["config", "devices"],
      background: {
        extension: STORAGE_OPERATIONS,
        noun: "profile",
        only: "Updating",
      },
      shelf: (call) => this.#all.in(this.owner(call.project)),
      everywhere: () => this.#all.all(),
      view: (profile) => this.#view(profile),
      missing,
      create: (call) => this.#create(call),
      change: (_, { config, devices }) => {
        checkConfig(config!);
        checkProfileDevices(devices!);
      },
      rename: ({ name: before, project }, name) => {
        if (before === "default") throw forbidden('The "default" profile cannot be renamed');
        checkName(name);
        if (!this.#all.in(project).has(name)) return;
        throw failed(
          this.#server.dialect === "lxd"
            ? `Name "${name}" already in use`
            : `Profile "${name}" already exists`,
        );
      },
      renamed: ({ name }, before, call) => {
        for (const instance of this.#users(call.project)) {
          instance.profiles = instance.profiles.map((it) => it === before ? name : it);
        }
      },
      remove: (profile) => {
        if (profile.name === "default") {
          throw forbidden('The "default" profile cannot be deleted');
        }
        if (this.#usedBy(profile).length > 0) throw badRequest("Profile is currently in use");
      },
    };
  }

  async #create(call: Call): Promise<Profile> {
    const body = await call.json<Profile>("ProfilesPost");
    const { name, description = "", config = {}, devices = {} } = body;
    checkName(name);
    checkConfig(config);
    checkProfileDevices(devices);
    const project = this.owner(call.project);
    if (this.#all.in(project).has(name)) {
      throw failed(`Error inserting "${name}" into database: The profile already exists`);
    }
    return { name, project, description, config, devices };
  }

  #view(profile: Profile): object {
    const { config, description, devices, name, project } = profile;
    const view = { config, description, devices, name, used_by: this.#usedBy(profile) };
    return this.#server.extensions.has("profiles_all_projects") ? { ...view, project } : view;
  }

  #users(project: string) {
    const owner = this.owner(project);
    return this.#server.modules.instances.all().filter((it) => this.owner(it.project) === owner);
  }

  #usedBy({ name, project }: Profile): string[] {
    return this.#users(project).filter(({ profiles }) => profiles.includes(name))
      .map((instance) => pathOf("/1.0/instances", instance));
  }
}

function missing({ method, params: { name } }: Call): string {
  if (method === "GET") return "Fetch profile: Profile not found";
  if (method === "PUT") return `Failed to retrieve profile "${name}": Profile not found`;
  if (method === "PATCH") return `Failed to retrieve profile="${name}": Profile not found`;
  return "Profile not found";
}

function checkName(name: string): void {
  if (!name) throw badRequest("No name provided");
  if (name.includes("/")) throw badRequest("Profile names may not contain slashes");
  if (name === "." || name === "..") throw badRequest(`Invalid profile name "${name}"`);
}
