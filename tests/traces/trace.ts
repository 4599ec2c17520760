/**
 * What is kept of a server's answers: what two servers of one kind and version have to agree on.
 *
 * @module
 */

import type { Step } from "./steps.ts";

/** One answer. */
export interface Answer {
  /** The HTTP status. */
  status: number;
  /** The header fields that matter: which there are, and of `location` what it says. */
  headers: Record<string, string>;
  /** The body; ids and whatever else differs from run to run are masked. */
  body: unknown;
  /** What `wait` answered of the operation, where there was one. */
  operation?: unknown;
}

/** One request with its answer. */
export interface Exchange {
  /** The request. */
  request: Step;
  /** The answer. */
  answer: Answer;
}

/** Sends a request to a server. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;

/** Fields that say how much of something a machine has or did, and names of the machine. */
const MEASURED = new Set(
  ("usage usage_peak swap_usage total used allocated_time pid processes bytes_received bytes_sent " +
    "packets_received packets_sent speed size hwaddr server_pid server_name kernel_version certificate " +
    "certificate_fingerprint driver_version os_name os_version addresses host_name mtu started_at " +
    "kernel_features lxc_features core.https_address source forward_delay architectures percent " +
    "id hello_time vlan_default api_extensions last_message volatile.idmap.current volatile.idmap.next " +
    "volatile.last_state.idmap firewall max_age")
    .split(" "),
);

/** Masks what differs from run to run; lists of words are sorted. */
export function mask(value: unknown, key = ""): unknown {
  if (value === null) return null;
  if (MEASURED.has(key)) return `<${key}>`;
  if (Array.isArray(value)) {
    const list = value.map((it) => mask(it));
    return list.every((it) => typeof it === "string") ? list.sort() : list;
  }
  if (typeof value === "object") {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([name, it]) => [name, mask(it, name)]));
  }
  return typeof value === "string" ? maskText(value) : value;
}

function maskText(text: string): string {
  return text
    .replace(
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
      (id) => id.startsWith("5a1b1d2c") ? id : "<id>",
    )
    .replace(/\b[0-9a-f]{64}\b/g, "<hash>")
    .replace(/\b20[0-3]\d-\d\d-\d\dT[\d:]+(\.\d+)?Z/g, "<time>")
    .replace(/\d+(\.\d+)?[kMG]?B\/s/g, "<speed>")
    .replace(/\d+%/g, "<percent>");
}

/** Sends the requests one after the other, and keeps what comes back. */
export async function takeTrace(steps: readonly Step[], send: Send): Promise<Exchange[]> {
  const etags = new Map<string, string>();
  const trace: Exchange[] = [];
  for (const request of steps) {
    const response = await send(request.path, initOf(request, etags));
    etags.set(request.path, response.headers.get("etag") ?? "");
    const text = await response.text();
    const json = text !== "" && response.headers.get("content-type") === "application/json";
    const body = json ? JSON.parse(text) : text;
    const answer: Answer = {
      status: response.status,
      headers: headersOf(response),
      body: json ? mask(body) : maskText(body),
    };
    if (json && body.type === "async") {
      const ended = await send(`${body.operation}/wait`, {});
      answer.operation = mask(await ended.json());
      // How far an operation is when it is accepted is chance.
      const told = (answer.body as { metadata: Record<string, unknown> }).metadata;
      for (const key of ["status", "status_code", "err", "metadata"]) delete told[key];
    }
    trace.push({ request, answer });
  }
  return trace;
}

function initOf({ method, body, path, etag }: Step, etags: Map<string, string>): RequestInit {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (etag) headers["if-match"] = etag === "stale" ? "stale" : etags.get(path)!;
  return { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
}

function headersOf({ headers }: Response): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ["content-type", "location"]) {
    const value = headers.get(name);
    if (value !== null) kept[name] = maskText(value);
  }
  if (headers.get("etag")) {
    kept.etag = /^"[0-9a-f]{64}"$/.test(headers.get("etag")!) ? "<etag>" : "";
  }
  return kept;
}
