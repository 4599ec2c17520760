/** Leaves loops. */
export class Break extends Error {
  override name = "Break";
  /** How many. */
  readonly depth: number;

  /** Leaves so many. */
  constructor(depth: number) {
    super("break outside of a loop");
    this.depth = depth;
  }
}

/** Goes on with the next round of a loop. */
export class Continue extends Error {
  override name = "Continue";
  /** Of the loop so many levels out. */
  readonly depth: number;

  /** Goes on with the loop so many levels out. */
  constructor(depth: number) {
    super("continue outside of a loop");
    this.depth = depth;
  }
}

/** Leaves a function. */
export class Return extends Error {
  override name = "Return";
  /** Its status. */
  readonly status: number;

  /** With a status. */
  constructor(status: number) {
    super("return outside of a function");
    this.status = status;
  }
}
