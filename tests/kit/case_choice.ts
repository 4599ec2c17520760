/** Cases that have one reason. */
function because(reason: string, names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

/** The conformance cases that cannot hold over HTTPS on any runtime, with the reason of each. */
export const unfitOverHttps: Record<string, string> = {
  "A warning is seen, taken note of and deleted": "it needs the rights of the Unix socket",
};

/** Those that cannot hold where the platform makes the connections. */
export const unfitForPlatforms: Record<string, string> = {
  ...because("platforms give no raw connections", [
    "A tree goes in and out whole: sftp",
    "A tree goes in and out of a stopped instance: sftp",
    "Files are written, read and told of over SFTP",
    "Many SFTP calls are under way at once on one connection",
    "A reader over SFTP may stop early, and an ended connection is told",
    "The mode and owner of a file that exists are set by a write",
  ]),
  "Output waits in the instance until it is read": "WebSockets of platforms take in all that comes",
  "A write that breaks off is not mixed with the next one":
    "platforms end a request without waiting for the server",
  "What happens as soon as a stream has opened is seen":
    "platforms hide the ping by which LXD tells that it listens",
};

/** Those that cannot hold in Chromium. */
export const unfitForChromium: Record<string, string> = {
  ...unfitForPlatforms,
  ...because("Chromium breaks off its connections when the machine gets an address", [
    "A network is created, seen, changed, renamed and deleted",
    "Forwards of a network are created, changed and deleted",
    "A bridge has neither load balancers nor peers",
    "Network zones and their records are created and changed",
    "Lists of networks and the like are filtered where offered",
    "Allocations tell the addresses in use",
    "An address is waited for",
  ]),
  "An event stream that the server refuses says so": "Chromium hides why a WebSocket fails",
  "Thirty-two commands at once lose nothing":
    "Chromium opens WebSockets one after the other, and the servers wait for them for five seconds",
};

/** Those that cannot hold behind nginx. */
export const unfitForNginx: Record<string, string> = {
  ...unfitOverHttps,
  "raw() reaches what no method does": "the reverse proxy lets through the API alone",
};

/** Modules of cases that run alone by some way. */
export interface ModuleChoice {
  /** Why these; completes the sentence "These alone ran: ...". */
  why: string;
  /** Their names, such as `exec`. */
  names: string[];
}

/** The modules that run by a second way of a runtime that runs all by another. */
export const transports: ModuleChoice = {
  why: "they ask most of a connector, streams both ways, WebSockets, upgrades and aborts",
  names: [
    "client",
    "connection",
    "console",
    "errors",
    "events",
    "exec",
    "files",
    "operations",
    "sftp",
    "spawn",
  ],
};

/** The modules that run where the output of commands may be cut short. */
export const withoutCommands: ModuleChoice = {
  why: "they run no commands, whose output LXD 5.0 cuts short where a browser answers its pings, " +
    "which it never reads",
  names: [
    "api_tree",
    "backups",
    "certificates",
    "client",
    "cluster",
    "events",
    "images",
    "instance_changes",
    "instance_copy",
    "instance_lists",
    "networks",
    "operations",
    "profiles",
    "projects",
    "raw_routes",
    "server",
    "snapshots",
    "storage_backups",
    "storage_pools",
    "storage_volumes",
    "warnings",
  ],
};
