import { fingerprintOf } from "../../core/certificate.ts";
import { Document, type Readable } from "../../core/document.ts";
import type { Session } from "../../core/session.ts";
import type { MutationOptions, Task } from "../../core/task.ts";
import { readToken } from "../../core/token.ts";
import type {
  ClusterCertificatePut,
  ClusterData,
  ClusterMemberJoinToken,
  ClusterPut,
} from "../../types/mod.ts";
import { type ClusterGroups, clusterGroups } from "./groups.ts";
import { ClusterLinkCollection, type ClusterLinks } from "./links.ts";
import { ClusterMemberCollection, type ClusterMembers } from "./members.ts";

/**
 * The cluster that the server is part of, or may become part of: `/1.0/cluster`. Its data says whether
 * the server is in one, by which name, and what a server that joins has to set for itself.
 */
export interface Cluster extends Readable<ClusterData> {
  /** The servers of the cluster. */
  readonly members: ClusterMembers;
  /** The groups of its members. Needs the API extension `clustering_groups`. */
  readonly groups: ClusterGroups;
  /** Links to other clusters. Needs the API extension `cluster_links`, which LXD alone has. */
  readonly links: ClusterLinks;
  /**
   * Makes the server the first of a new cluster, under the given name: `PUT /1.0/cluster`. Others have
   * to reach it: `core.https_address` must name one address, no wildcard.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * await client.server.patch({ config: { "core.https_address": "10.0.0.1:8443" } });
   * await client.cluster.enable("node1");
   * const { text } = await client.cluster.members.createToken("node2");
   * console.log(text);
   * ```
   *
   * @throws {ApiError} when it is in a cluster already, or listens on no such address.
   */
  enable(serverName: string, options?: MutationOptions): Task<this>;
  /**
   * Makes the server a member of an existing cluster: `PUT /1.0/cluster`. It must be empty, and the
   * cluster's certificate takes the place of its own: whoever pins that one has to connect anew.
   *
   * The body is the `cluster` part of a preseed: a join token in `cluster_token`, the certificate of
   * the cluster in `cluster_certificate`, which any member tells in `environment.certificate` of its
   * server data, and the address that the server is to have in `server_address`. Its name and the
   * cluster's address follow from the token where they are not given: of several addresses, the first.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using member = await connect({ socket: "/srv/node1/unix.socket" });
   * await using newcomer = await connect({ socket: "/srv/node2/unix.socket" });
   * const token = await member.cluster.members.createToken("node2");
   * await newcomer.cluster.join({
   *   cluster_token: token.text,
   *   cluster_certificate: member.server.data.environment?.certificate,
   *   server_address: "10.0.0.2:8443",
   * });
   * ```
   *
   * @throws {TypeError} when the token is none, or names another certificate than the one given.
   * @throws {ApiError | OperationError} when the server cannot join.
   */
  join(body: ClusterPut, options?: MutationOptions): Task<this>;
  /**
   * Makes a member forget its cluster, which goes on without asking: `PUT /1.0/cluster`. This is for a
   * server that was deleted from the cluster by force while it could not be reached. It loses its
   * database and starts again, empty and on its own: for a moment calls fail, by a lost connection or by
   * the 500 of a server that has closed its database.
   */
  disable(options?: MutationOptions): Task<void>;
  /**
   * Replaces the certificate that all members show: `PUT /1.0/cluster/certificate`. Whoever pins the
   * former one has to connect anew. Needs the API extension `clustering_update_cert`.
   */
  setCertificate(body: ClusterCertificatePut, options?: MutationOptions): Task<void>;
}

/** The one implementation of {@linkcode Cluster}. */
export class ClusterDocument extends Document<ClusterData, ClusterPut> implements Cluster {
  /** The servers of the cluster. */
  readonly members: ClusterMembers;
  /** The groups of its members. */
  readonly groups: ClusterGroups;
  /** Links to other clusters. */
  readonly links: ClusterLinks;

  /** @ignore */
  constructor(session: Session) {
    super(session, {});
    this.members = new ClusterMemberCollection(session);
    this.groups = clusterGroups(session);
    this.links = new ClusterLinkCollection(session);
  }

  /** Makes the server the first of a new cluster. */
  enable(serverName: string, options: MutationOptions = {}): Task<this> {
    return this.mutate("enable", options, async (step, signal) => {
      const body: ClusterPut = { server_name: serverName, enabled: true };
      await step("PUT", this.path, { json: body });
      return await this.refresh({ signal });
    });
  }

  /** Makes the server a member of an existing cluster. */
  join(body: ClusterPut, options: MutationOptions = {}): Task<this> {
    return this.mutate("join", options, async (step, signal) => {
      const known = { ...await this.#withToken(body), enabled: true };
      await step("PUT", this.path, { json: known });
      return await this.refresh({ signal });
    });
  }

  /** Makes a member forget its cluster. */
  disable(options: MutationOptions = {}): Task<void> {
    return this.mutate("disable", options, async (step) => {
      const body: ClusterPut = { enabled: false };
      await step("PUT", this.path, { json: body });
    });
  }

  /** Replaces the certificate that all members show. */
  setCertificate(body: ClusterCertificatePut, options: MutationOptions = {}): Task<void> {
    this.session.require("clustering_update_cert", `replace the certificate of ${this.label}`);
    return this.mutate("replace the certificate of", options, async (step) => {
      await step("PUT", `${this.path}/certificate`, { json: body });
    });
  }

  /** What it is, for messages. */
  protected override get label(): string {
    return "the cluster";
  }

  /** Its path. */
  protected override get path(): string {
    return "/1.0/cluster";
  }

  /** Adds what the token says, and puts the token where this server looks for it. */
  async #withToken(body: ClusterPut): Promise<ClusterPut> {
    const { cluster_token, cluster_certificate, ...rest } = body;
    if (cluster_token === undefined) return body;
    const token = readToken<ClusterMemberJoinToken>(cluster_token);
    if (cluster_certificate !== undefined) {
      if (await fingerprintOf(cluster_certificate, "cluster_certificate") !== token.fingerprint) {
        throw new TypeError(
          "Cannot join the cluster: cluster_certificate is not the certificate that the token names",
        );
      }
    }
    const { dialect, extensions } = this.session.facts;
    // LXD took the token as a trust password before it had a field of its own.
    const own = dialect === "incus" || extensions.has("explicit_trust_token");
    return {
      server_name: token.server_name,
      cluster_address: token.addresses[0],
      cluster_certificate,
      ...rest,
      [own ? "cluster_token" : "cluster_password"]: cluster_token,
    };
  }
}
