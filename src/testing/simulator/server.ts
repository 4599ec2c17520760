import type { Certificates } from "./access/certificates.ts";
import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { Events } from "./events.ts";
import { Faults } from "./faults.ts";
import type { ClientSocket } from "./guest/socket_pair.ts";
import type { ByteDuplex } from "./guest/socket.ts";
import { Handling } from "./handling.ts";
import type { Random } from "./ids.ts";
import type { ScriptedCommand } from "./guest/programs/scripted.ts";
import type { Images } from "./images/images.ts";
import type { SeedImage } from "./images/seed_image.ts";
import type { Instances } from "./instances/instances.ts";
import { buildModules } from "./modules.ts";
import type { Networks } from "./networks/networks.ts";
import { Operations } from "./operations.ts";
import type { Profiles } from "./projects/profiles.ts";
import type { Projects } from "./projects/projects.ts";
import type { Refusal } from "./refusal.ts";
import type { ServerFacts } from "./server_facts.ts";
import type { StoragePools } from "./storage/pools.ts";
import type { Warnings } from "./warnings.ts";

/** Which of the two daemons is simulated. */
export type Dialect = "lxd" | "incus";

/** What a simulated server is made of. */
export interface ServerOptions {
  /** Which of the two daemons it is. */
  dialect: Dialect;
  /** The time that it goes by. */
  clock: Clock;
  /** Where it takes chance from. */
  random: Random;
  /** The API extensions that it names. */
  extensions: Iterable<string>;
  /** How long the work of an operation takes, in milliseconds of the clock. */
  operationTime: number;
  /** The members of the cluster; none where it is a server of its own. */
  members: readonly string[];
  /** The images that it has from the start. */
  images: readonly SeedImage[];
  /** Commands of instances beside those that all have. */
  commands: readonly ScriptedCommand[];
}

/** What a lifecycle event tells beside what happened, and to what. */
export interface Happening {
  /** The project that it happened in. */
  project: string;
  /** The name of what it happened to. */
  name: string;
  /** Details. */
  context?: object;
}

/** The parts of a simulated server that keep what it has. */
export interface Modules {
  readonly facts: ServerFacts;
  readonly projects: Projects;
  readonly profiles: Profiles;
  readonly images: Images;
  readonly instances: Instances;
  readonly pools: StoragePools;
  readonly networks: Networks;
  readonly certificates: Certificates;
  readonly warnings: Warnings;
  readonly cluster: Cluster;
}

/** An LXD or an Incus server in memory, as its API shows it. */
export class SimulatedServer {
  /** Which of the two daemons it is. */
  readonly dialect: Dialect;
  /** The time that it goes by. */
  readonly clock: Clock;
  /** Where it takes chance from. */
  readonly random: Random;
  /** The API extensions that it names; may be changed at any time. */
  readonly extensions: Set<string>;
  /** How long the work of an operation takes, in milliseconds of the clock. */
  readonly operationTime: number;
  /** The members of the cluster; none where it is a server of its own. */
  readonly members: readonly string[];
  /** Commands of instances beside those that all have. */
  readonly commands: readonly ScriptedCommand[];
  /** What goes wrong. */
  readonly faults: Faults = new Faults();
  /** The event streams. */
  readonly events: Events;
  /** The work in the background. */
  readonly operations: Operations;
  /** What it keeps, by kind. */
  readonly modules: Modules;
  readonly #handling: Handling;
  readonly #failures = new WeakMap<Request, Refusal>();

  /** A server that was just set up. */
  constructor(options: ServerOptions) {
    this.dialect = options.dialect;
    this.clock = options.clock;
    this.random = options.random;
    this.extensions = new Set(options.extensions);
    this.operationTime = options.operationTime;
    this.members = options.members;
    this.commands = options.commands;
    this.events = new Events(this.clock, () => this.members[0]);
    this.operations = new Operations(this);
    const { modules, routes } = buildModules(this, options.images);
    this.modules = modules;
    this.#handling = new Handling(this, [...this.operations.routes(), ...routes]);
  }

  /** What stands in `location` where the daemons name a cluster member. */
  get location(): string {
    return this.members[0] ?? "none";
  }

  /**
   * Answers a request.
   *
   * @throws {Disconnected} when the connection is to be lost.
   */
  handle(request: Request): Promise<Response> {
    return this.#handling.answer(request);
  }

  /** Opens a WebSocket, and gives the client's end of it; or the answer that refuses it. */
  webSocket(request: Request): Promise<ClientSocket | Response> {
    return this.#handling.webSocket(request);
  }

  /** Opens a raw connection, and gives the client's end of it; or the answer that refuses it. */
  upgrade(request: Request, protocol: string): Promise<ByteDuplex | Response> {
    return this.#handling.upgrade(request, protocol);
  }

  /** Tells what happened. */
  lifecycle(action: string, source: string, { project, name, context }: Happening): void {
    if (!this.events.heard("lifecycle", project)) return;
    const told = this.extensions.has("event_lifecycle_name_and_project");
    this.events.tell("lifecycle", {
      action,
      source,
      ...context && { context },
      requestor: { username: "root", protocol: "unix", address: "@" },
      ...told && { name, project },
    }, project);
  }

  /** Keeps what the operation of a call is to fail with. */
  planFailure(request: Request, failure: Refusal): void {
    this.#failures.set(request, failure);
  }

  /** What the operation of a call is to fail with. */
  plannedFailure(call: Call): Refusal | undefined {
    return this.#failures.get(call.request);
  }
}
