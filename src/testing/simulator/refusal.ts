/** What a server refuses, with the status and in the words of its answer. */
export class Refusal extends Error {
  override name = "Refusal";
  /** The HTTP status. */
  readonly status: number;

  /** A refusal of this status. */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What was asked is wrong: 400. */
export function badRequest(message: string): Refusal {
  return new Refusal(400, message);
}

/** It may not be done: 403. */
export function forbidden(message: string): Refusal {
  return new Refusal(403, message);
}

/** There is no such thing: 404. */
export function notFound(message: string): Refusal {
  return new Refusal(404, message);
}

/** There is one already: 409. */
export function conflict(message: string): Refusal {
  return new Refusal(409, message);
}

/** The daemons' answer to much that is wrong in other ways: 500. */
export function failed(message: string): Refusal {
  return new Refusal(500, message);
}

/** The words of an error, and its status. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return failed(error instanceof Error ? error.message : String(error));
}
