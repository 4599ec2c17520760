/** Why a command cannot be run. */
export class CommandError extends Error {
  override name = "CommandError";
  /** The exit code that tells it: 127 where there is none, 126 where it cannot be run. */
  readonly code: 126 | 127;

  /** With the code that tells it. */
  constructor(code: 126 | 127) {
    super(code === 127 ? "not found" : "Permission denied");
    this.code = code;
  }
}
