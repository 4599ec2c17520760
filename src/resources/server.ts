import { Document, type Editable, type Readable } from "../core/document.ts";
import type { ServerData, ServerPut } from "../types/mod.ts";

/** The server itself: `/1.0`. Its data was read when the connection was made. */
export interface Server extends Readable<ServerData>, Editable<ServerPut> {
  /** The API extensions that it offers. Recent Incus tells them to trusted callers only. */
  readonly extensions: ReadonlySet<string>;
  /** Whether it trusts the caller; what an untrusted one may do is little. */
  readonly trusted: boolean;
  /** Whether it is a member of a cluster. */
  readonly clustered: boolean;
}

/** The one implementation of {@linkcode Server}. */
export class ServerDocument extends Document<ServerData, ServerPut> implements Server {
  /** The API extensions that it offers. */
  get extensions(): ReadonlySet<string> {
    return this.session.facts.extensions;
  }

  /** Whether it trusts the caller. */
  get trusted(): boolean {
    return this.data.auth === "trusted";
  }

  /** Whether it is a member of a cluster. */
  get clustered(): boolean {
    return this.data.environment?.server_clustered ?? false;
  }

  /** What it is, for messages. */
  protected override get label(): string {
    return "the server";
  }

  /** Its path. */
  protected override get path(): string {
    return "/1.0";
  }
}
