/**
 * The servers that `lxc` and `incus` know by name, for whoever uses these tools already. For Deno, Node
 * and Bun: it reads the tools' files.
 *
 * @example
 * ```ts
 * import { connect } from "@lxkit/client/remotes";
 *
 * await using client = await connect({ remote: "lab" });
 * for (const instance of await client.instances.list()) console.log(instance.name);
 * ```
 *
 * @module
 */

export { connect, type RemoteConnectOptions } from "./connect.ts";
export { readRemotes, type ReadRemotesOptions } from "./read.ts";
export type { Remote, RemoteProtocol } from "./remote.ts";
export { type AddRemoteOptions, Remotes, type RemoteScopeOptions } from "./remotes.ts";
