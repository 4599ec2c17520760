import type { CallOptions } from "../core/call.ts";
import {
  Collection,
  type Creatable,
  type FilterOptions,
  type Gettable,
  type Listable,
} from "../core/collection.ts";
import { Model, type ModelInit } from "../core/model.ts";
import type { Session } from "../core/session.ts";
import type { MutationOptions, Task } from "../core/task.ts";
import type {
  AccessEntry,
  ProjectData,
  ProjectPut,
  ProjectsPost,
  ProjectState,
  ProjectStatePut,
} from "../types/mod.ts";

/** Options of deleting a project. */
export interface ProjectDeleteOptions extends MutationOptions {
  /**
   * Deletes all that is in it as well: instances, images, volumes and more. Needs the API extension
   * `projects_force_delete`. Default: false, which refuses a project that is in use.
   */
  force?: boolean;
}

/** Options of changing the state of a project. */
export interface ProjectStateOptions extends MutationOptions {
  /** Does not look at the project's state on the other servers first. Default: false. */
  force?: boolean;
}

const KIND = {
  word: "project",
  path: "/1.0/projects",
  extension: "projects",
  // The servers replace it as a whole.
  rewritten: ["config"],
};

/**
 * A project: instances, images, volumes, networks and profiles that are kept apart from those of others:
 * `/1.0/projects/{name}`. To work in it, use `client.project(name)`.
 */
export class Project extends Model<ProjectData, ProjectPut> {
  /** @ignore */
  constructor(session: Session, init: ModelInit<ProjectData>) {
    super(session, KIND, init);
  }

  /**
   * Its limits and how much of them is used: `GET /1.0/projects/{name}/state`. Needs the API extension
   * `project_usage`.
   */
  async state(options: CallOptions = {}): Promise<ProjectState> {
    this.session.require("project_usage", `read the state of ${this.label}`);
    return await this.session.get(`${this.path}/state`, options);
  }

  /**
   * Who may use it, and how: `GET /1.0/projects/{name}/access`. Needs the API extension `project_access`,
   * which Incus alone has.
   */
  async access(options: CallOptions = {}): Promise<AccessEntry[]> {
    this.session.require("project_access", `read the access to ${this.label}`);
    return await this.session.get<AccessEntry[] | null>(`${this.path}/access`, options) ?? [];
  }

  /**
   * Changes its part in replication: `PUT /1.0/projects/{name}/state`. Needs the API extension
   * `project_replica_mode`, which LXD alone has.
   */
  setState(state: ProjectStatePut, options: ProjectStateOptions = {}): Task<this> {
    this.session.require("project_replica_mode", `change the state of ${this.label}`);
    return this.mutate("change the state of", options, async (step, signal) => {
      const query = { force: options.force || undefined };
      await step("PUT", `${this.path}/state`, { json: state, query });
      return await this.refresh({ signal });
    });
  }

  /** Deletes it: `DELETE /1.0/projects/{name}`. It must be empty, unless `force` is given. */
  override delete(options: ProjectDeleteOptions = {}): Task<void> {
    const { force } = options;
    if (force) this.session.require("projects_force_delete", `delete ${this.label} by force`);
    return this.mutate("delete", options, async (step) => {
      await step("DELETE", this.path, { query: { force: force || undefined } });
    });
  }
}

/**
 * The projects of the server: `/1.0/projects`. Needs the API extension `projects`; a filtered list
 * `api_filtering_extended`.
 */
export interface Projects
  extends Listable<Project, FilterOptions>, Gettable<Project>, Creatable<Project, ProjectsPost> {}

/** Makes the collection. */
export function projects(session: Session): Projects {
  return new Collection<Project, ProjectData, ProjectsPost>(session, {
    ...KIND,
    model: (session, init) => new Project(session, init),
    filterExtension: "api_filtering_extended",
  });
}
