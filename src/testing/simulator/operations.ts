import type { Call } from "./call.ts";
import type { ServerSocket } from "./guest/socket.ts";
import { randomHex, randomId } from "./ids.ts";
import { Operation, type OperationOptions } from "./operation.ts";
import { forbidden, notFound } from "./refusal.ts";
import { accepted, done, refused, sync } from "./reply.ts";
import type { Route } from "./router.ts";
import type { SimulatedServer } from "./server.ts";

/** How long an operation is known after its end, in milliseconds. */
const KEPT_MS = 5000;

/** What is told of how far work is. */
export interface Progress {
  /** The daemons' name of the stage. */
  stage: string;
  /** The stage in words. */
  label: string;
}

/** What is told of work that is so far. */
export function progressAt(
  { stage, label }: Progress,
  percent: number,
): Record<string, unknown> {
  return {
    [`${stage}_progress`]: `${label}: ${percent}% (50.00MB/s)`,
    progress: { percent: String(percent), speed: "50000000", stage },
  };
}

/** Work to be begun for a call. */
export type Work = Omit<OperationOptions, "project" | "run"> & {
  /** What is told of how far it is, while it takes its time. */
  progress?: Progress;
  /** The work itself. */
  run(operation: Operation): Promise<Record<string, unknown> | void>;
};

/** The work in the background of a simulated server. */
export class Operations {
  readonly #server: SimulatedServer;
  readonly #all = new Map<string, Operation>();

  /** No operation yet. */
  constructor(server: SimulatedServer) {
    this.#server = server;
  }

  /** Starts an operation for a call, and answers with it. */
  begin(call: Call, work: Work): Response {
    const failure = this.#server.plannedFailure(call);
    const operation = this.create({
      ...work,
      project: call.project,
      run: async (operation) => {
        await this.#take(operation, work.progress);
        if (failure) throw failure;
        return await work.run(operation);
      },
    });
    return this.answer(operation);
  }

  /**
   * Does what is over at once, in the background where the server has the API extension that has it
   * answered with an operation.
   */
  settle(
    call: Call,
    extension: string,
    about: Pick<Work, "description" | "metadata">,
    work: () => Promise<Response>,
  ): Response | Promise<Response> {
    if (!this.#server.extensions.has(extension)) return work();
    return this.begin(call, {
      ...about,
      run: async () => {
        await work();
      },
    });
  }

  /** Answers with an operation, and starts it then. */
  answer(operation: Operation): Response {
    const response = accepted(operation.data);
    queueMicrotask(() => operation.start());
    return response;
  }

  /** Makes an operation, to be started by `answer`. */
  create(options: OperationOptions): Operation {
    const { clock, random, dialect } = this.#server;
    const resources = options.resources ?? (dialect === "lxd" ? null : {});
    const operation: Operation = new Operation(randomId(random), { ...options, resources }, {
      now: () => clock.now(),
      location: this.#server.location,
      changed: (operation) => this.#tell(operation),
    });
    this.#forgetEnded();
    this.#all.set(operation.id, operation);
    return operation;
  }

  /** Starts an operation that waits for whoever knows its secret. */
  token(call: Call, description: string, metadata: Record<string, unknown>): Response {
    return this.answer(this.create({
      description,
      project: call.project,
      class: "token",
      metadata: { secret: randomHex(this.#server.random, 64), ...metadata },
      mayCancel: true,
    }));
  }

  /** The operations that are known, those of other projects included. */
  all(): Operation[] {
    this.#forgetEnded();
    return [...this.#all.values()];
  }

  /** What answers under `/1.0/operations`. */
  routes(): Route[] {
    return [
      { path: "/1.0/operations", methods: { GET: (call) => this.#list(call) } },
      {
        path: "/1.0/operations/{id}",
        methods: {
          GET: (call) => sync(this.#get(call).data),
          DELETE: (call) => {
            this.#get(call).cancel();
            return done();
          },
        },
      },
      { path: "/1.0/operations/{id}/wait", methods: { GET: (call) => this.#wait(call) } },
    ];
  }

  /** Makes sure that a websocket can be opened, and gives what opens it. */
  webSocket(call: Call): (socket: ServerSocket) => void {
    const { options, endedAt } = this.#get(call);
    const secret = call.query.get("secret") ?? "";
    if (endedAt !== undefined) throw forbidden("Only running operations can be connected");
    if (!options.connect || !options.hasSecret?.(secret)) throw forbidden("not authorized");
    return (socket) => options.connect!(secret, socket);
  }

  #get(call: Call): Operation {
    this.#forgetEnded();
    const operation = this.#all.get(call.param("id"));
    if (!operation) throw notFound("Operation not found");
    return operation;
  }

  #list(call: Call): Promise<Response> {
    const { allProjects, project, recursion } = call;
    const byStatus: Record<string, unknown[]> = {};
    for (const operation of this.all()) {
      if (!allProjects && operation.options.project !== project) continue;
      const { data } = operation;
      const told = recursion > 0 ? data : `/1.0/operations/${operation.id}`;
      (byStatus[data.status.toLowerCase()] ??= []).push(told);
    }
    return sync(byStatus);
  }

  async #wait(call: Call): Promise<Response> {
    const operation = this.#get(call);
    await this.#untilEnd(operation, Number(call.query.get("timeout") ?? -1), call.request.signal);
    const { failure } = operation;
    // Incus sends the status before it waits.
    if (failure && this.#server.dialect === "incus") return refused(failure, 200);
    return await sync(operation.data);
  }

  async #untilEnd(operation: Operation, seconds: number, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const ends = AbortSignal.any([stop.signal, signal]);
    const limit = seconds < 0 ? Infinity : seconds * 1000;
    try {
      await Promise.race([
        operation.done,
        limit === Infinity ? aborted(ends) : this.#server.clock.deadline(limit, ends),
      ]);
    } finally {
      stop.abort();
    }
  }

  /** Lets the time pass that work takes, and tells how far it is meanwhile. */
  async #take(operation: Operation, progress: Progress | undefined): Promise<void> {
    const { operationTime, clock } = this.#server;
    if (operationTime === 0) return;
    if (!progress) return await clock.sleep(operationTime, operation.signal);
    for (const percent of [25, 50, 75]) {
      await clock.sleep(operationTime / 4, operation.signal);
      operation.report(progressAt(progress, percent));
    }
    await clock.sleep(operationTime / 4, operation.signal);
  }

  #tell(operation: Operation): void {
    this.#server.events.tell("operation", operation.data, operation.options.project);
  }

  #forgetEnded(): void {
    const end = this.#server.clock.now() - KEPT_MS;
    for (const [id, { endedAt }] of this.#all) {
      if (endedAt !== undefined && endedAt <= end) this.#all.delete(id);
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
