/** What befalls a connection. */
export type FaultKind =
  /** Both sides see its end. */
  | "cut"
  /** Both sides see its end, and whoever had more to send sees a reset. */
  | "reset"
  /** Nothing goes on in one direction, and nothing ends. */
  | "stall"
  /** It goes on after a while. */
  | "delay"
  /** What follows comes byte by byte. */
  | "bytes"
  /** What follows comes in few large pieces. */
  | "coalesce"
  /** One direction ends, and the other goes on. */
  | "half-close"
  /** Bytes come in between that nobody sent. */
  | "garbage"
  /** A frame comes in between that is larger than any may be; garbage where there are no frames. */
  | "oversized"
  /** A frame that closes comes twice, as does the end of the direction. */
  | "double-close";

/** Whether what the client sends is concerned, or what the daemon sends. */
export type Direction = "up" | "down";

/** Which connection fares how, and when. */
export interface Fault {
  /** What befalls it. */
  kind: FaultKind;
  /** Which one, of those that are open or come from then on. */
  connection: number;
  /** Which way. */
  direction: Direction;
  /** After how many bytes; where it is framed, at the frame that begins next. */
  after: number;
  /** Whether it comes between frames, or before a message of HTTP, rather than anywhere. */
  framed: boolean;
}
