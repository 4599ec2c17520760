import type { OperationData } from "../../types/mod.ts";
import { deferred } from "./guest/deferred.ts";
import type { ServerSocket } from "./guest/socket.ts";
import { asRefusal, badRequest, Refusal } from "./refusal.ts";
import { timeOf } from "./times.ts";

/** What an operation is to do. */
export interface OperationOptions {
  /** What is done, in the daemons' words. */
  description: string;
  /** The project that it is done in. */
  project: string;
  /** The things that it works on, by kind. */
  resources?: Record<string, string[]> | null;
  /** `task` by default. */
  class?: OperationData["class"];
  /** What is told of it from the start. */
  metadata?: Record<string, unknown> | null;
  /** Whether it can be cancelled. Default: false. */
  mayCancel?: boolean;
  /** The work; what it gives is the metadata at its end. A token waits to be cancelled. */
  run?(operation: Operation): Promise<Record<string, unknown> | void>;
  /** What opens its websockets, by secret. */
  connect?(secret: string, socket: ServerSocket): void;
  /** Whether there is a websocket of this secret. */
  hasSecret?(secret: string): boolean;
  /** What is done right after its end. */
  ended?(): void;
}

/** What an operation needs of its server. */
export interface OperationHost {
  /** The time. */
  now(): number;
  /** What stands in `location`. */
  location: string;
  /** Hears of every change. */
  changed(operation: Operation): void;
}

const STATUS: Record<number, string> = {
  103: "Running",
  104: "Cancelling",
  200: "Success",
  400: "Failure",
  401: "Cancelled",
};

/** Work in the background of a simulated server. */
export class Operation {
  /** Its id. */
  readonly id: string;
  /** What it is to do. */
  readonly options: OperationOptions;
  /** Aborted when it is cancelled. */
  readonly signal: AbortSignal;
  /** Resolves at its end; never rejects. */
  readonly done: Promise<void>;
  /** What it failed with. */
  failure: Refusal | undefined;
  /** When it ended, in milliseconds since 1970. */
  endedAt: number | undefined;
  readonly #host: OperationHost;
  readonly #cancel = new AbortController();
  readonly #end = deferred<void>();
  readonly #createdAt: number;
  #updatedAt: number;
  #status = 103;
  #metadata: Record<string, unknown> | null;

  /** An operation that has yet to start. */
  constructor(id: string, options: OperationOptions, host: OperationHost) {
    this.id = id;
    this.options = options;
    this.signal = this.#cancel.signal;
    this.done = this.#end.promise;
    this.#host = host;
    this.#createdAt = this.#updatedAt = host.now();
    this.#metadata = options.metadata ?? null;
  }

  /** Its status code. */
  get status(): number {
    return this.#status;
  }

  /** As the API tells it. */
  get data(): OperationData {
    const { description, resources = null, mayCancel = false } = this.options;
    return {
      id: this.id,
      class: this.options.class ?? "task",
      description,
      created_at: timeOf(this.#createdAt),
      updated_at: timeOf(this.#updatedAt),
      status: STATUS[this.#status]!,
      status_code: this.#status,
      resources,
      metadata: this.#metadata,
      may_cancel: mayCancel && this.endedAt === undefined,
      err: this.failure?.message ?? "",
      location: this.#host.location,
    } as OperationData;
  }

  /** Does the work. */
  async start(): Promise<void> {
    this.#host.changed(this);
    const { run } = this.options;
    if (!run) return;
    try {
      const metadata = await run(this);
      this.signal.throwIfAborted();
      if (metadata) this.#metadata = { ...this.#metadata, ...metadata };
      this.#finish(200);
    } catch (error) {
      this.failure = this.signal.aborted ? undefined : asRefusal(error);
      this.#finish(this.signal.aborted ? 401 : 400);
    }
  }

  /** Tells how far the work is. */
  report(metadata: Record<string, unknown>): void {
    this.#metadata = { ...this.#metadata, ...metadata };
    this.#changed();
  }

  /** Tells what the work gave so far, for one that fails yet. */
  note(metadata: Record<string, unknown>): void {
    this.#metadata = { ...this.#metadata, ...metadata };
  }

  /** Stops the work. */
  cancel(): void {
    if (this.endedAt !== undefined) throw badRequest("Only running operations can be cancelled");
    if (!this.options.mayCancel) throw badRequest("This operation can't be cancelled");
    this.#cancel.abort(new Refusal(400, "The operation was cancelled"));
    if (!this.options.run) this.#finish(401);
    else this.#become(104);
  }

  #finish(status: number): void {
    this.endedAt = this.#host.now();
    this.#become(status);
    this.#end.resolve();
    this.options.ended?.();
  }

  #become(status: number): void {
    this.#status = status;
    this.#changed();
  }

  #changed(): void {
    this.#updatedAt = this.#host.now();
    this.#host.changed(this);
  }
}
