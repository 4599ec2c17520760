/** The conformance cases that cannot hold over HTTPS on any runtime, with the reason of each. */
export const unfitOverHttps: Record<string, string> = {
  "A warning is seen, taken note of and deleted": "it needs the rights of the Unix socket",
};

/**
 * The modules of the cases that ask most of a connector: streams both ways, WebSockets, upgrades and
 * aborts. They alone run where a neighbour of the runtime runs all.
 */
export const transports: string[] = [
  "client",
  "console",
  "errors",
  "events",
  "exec",
  "files",
  "operations",
  "sftp",
  "spawn",
];
