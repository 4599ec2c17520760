import type { OperationData } from "../operations.ts";

/**
 * A message of the event stream, told apart by its `type`.
 *
 * Arrives as one text frame each on the WebSocket of `GET /1.0/events`. LXD knows `logging`,
 * `operation`, `lifecycle`, `ovn` and `security`; Incus `logging`, `operation`, `lifecycle` and
 * `network-acl`. Only the first three exist in LXD 5.0.2.
 *
 * @example
 * ```ts
 * import type { ServerEvent } from "@lxkit/client/types";
 *
 * function describe(event: ServerEvent): string {
 *   switch (event.type) {
 *     case "lifecycle":
 *       return event.metadata.action;
 *     case "operation":
 *       return `${event.metadata.id} ${event.metadata.status}`;
 *     case "security":
 *       return event.metadata.description;
 *     default:
 *       return event.metadata.message;
 *   }
 * }
 * ```
 */
export type ServerEvent = LifecycleEvent | OperationEvent | LogEvent | SecurityEvent;

/** What all messages of the event stream have. */
export interface ServerEventBase {
  /** When the server made the event, as RFC 3339 with nanoseconds. */
  timestamp: string;
  /** Cluster member that the event comes from; absent or empty when the server is no cluster. */
  location?: string;
  /** Project that the event concerns; absent for what has none. */
  project?: string;
}

/** Something was created, changed or deleted. */
export interface LifecycleEvent extends ServerEventBase {
  /** Tells the event apart from the others. */
  type: "lifecycle";
  /** What happened to what. */
  metadata: EventLifecycle;
}

/** An operation was created or changed. */
export interface OperationEvent extends ServerEventBase {
  /** Tells the event apart from the others. */
  type: "operation";
  /**
   * The operation as it then was. LXD does not promise the order of events: an operation that has
   * ended stays ended, whatever comes later.
   */
  metadata: OperationData;
}

/**
 * A line of a log: the server's own (`logging`), OVN's (`ovn`) or the one of the network ACLs
 * (`network-acl`). Servers send these to privileged callers only.
 */
export interface LogEvent extends ServerEventBase {
  /** Which log: `logging` on both daemons, `ovn` on LXD after 5.0.2, `network-acl` on Incus. */
  type: "logging" | "ovn" | "network-acl";
  /** The line. */
  metadata: EventLogging;
}

/**
 * Someone was let in or turned away, or the server's protection changed. Sent to privileged callers
 * only. LXD only, not in 5.0.2. API extension `event_security`.
 */
export interface SecurityEvent extends ServerEventBase {
  /** Tells the event apart from the others. */
  type: "security";
  /** What happened. */
  metadata: EventSecurity;
}

/** What happened to what. */
export interface EventLifecycle {
  /** What happened, such as `instance-started`. */
  action: string;
  /** Path of what it happened to, such as `/1.0/instances/web`. */
  source: string;
  /** Details that depend on the action; absent when there are none. */
  context?: Record<string, unknown>;
  /** Who asked for it; absent when the server itself did. */
  requestor?: EventLifecycleRequestor;
  /** Name of what it happened to. Not in LXD 5.0.2. */
  name?: string;
  /** Project of what it happened to. Not in LXD 5.0.2. */
  project?: string;
}

/** Who asked for a change. */
export interface EventLifecycleRequestor {
  /** User name, or the fingerprint of a client certificate. */
  username: string;
  /** How the caller was authenticated, such as `unix`, `tls` or `oidc`. */
  protocol: string;
  /** Address of the caller; `@` for a Unix socket. */
  address?: string;
}

/** A line of a log. */
export interface EventLogging {
  /** The message. */
  message: string;
  /** Its severity, such as `info` or `warning`. */
  level: string;
  /** Named values that belong to the message; null when there are none. */
  context: Record<string, string> | null;
}

/** What happened to the server's security. */
export interface EventSecurity {
  /** What happened, such as `authn_login_fail`. */
  name: string;
  /** Its severity, such as `info` or `warning`. */
  level: string;
  /** What happened, in words. */
  description: string;
  /** Path of the request; absent when no request is behind it. */
  request_path?: string;
  /** Project of the request; absent when no request is behind it. */
  project?: string;
  /** Method of the request; absent when no request is behind it. */
  request_method?: string;
  /** Who made the request; absent when no request is behind it. */
  requestor?: EventSecurityRequestor;
}

/** Who made a request that concerns the server's security. */
export interface EventSecurityRequestor {
  /** Name of the caller, as the protocol has it. */
  username: string;
  /** How the caller was authenticated, such as `tls`, `oidc` or `bearer`. */
  protocol: string;
  /** Address of the caller. */
  address: string;
  /** Program that the caller uses, as it calls itself. */
  user_agent: string;
}
