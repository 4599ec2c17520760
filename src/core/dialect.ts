/** Which of the two daemons a server is. Features are asked by API extension, never by this. */
export type Dialect = "lxd" | "incus";

/** The name of a daemon's own header field, such as `X-LXD-uid`. */
export function headerName(dialect: Dialect, field: string): string {
  return `${dialect === "lxd" ? "X-LXD" : "X-Incus"}-${field}`;
}

/** Tells the dialect of a server from what it says of itself at `GET /1.0`. */
export function dialectOf(
  server: { api_extensions?: string[] | null; environment?: { server?: string } | null },
): Dialect {
  const name = server.environment?.server;
  if (name === "lxd" || name === "incus") return name;
  const extensions = server.api_extensions ?? [];
  // Only recent Incus hides its extensions from callers that it does not trust.
  return extensions.length === 0 || extensions.includes("restrict_dev_incus") ? "incus" : "lxd";
}
