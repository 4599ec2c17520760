import {
  Collection,
  type Creatable,
  type FilteredListOptions,
  type Gettable,
  type Listable,
} from "../../core/collection.ts";
import { Model, type ModelInit } from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import { type Download, download, type DownloadOptions } from "../../core/transfer.ts";
import type { NetworkACLData, NetworkACLPut, NetworkACLsPost } from "../../types/mod.ts";

const KIND = {
  word: "network ACL",
  path: "/1.0/network-acls",
  extension: "network_acl",
  emptied: ["description", "config", "ingress", "egress"],
};

/** A list of rules for the traffic of networks and instances: `/1.0/network-acls/{name}`. */
export class NetworkACL extends Model<NetworkACLData, NetworkACLPut> {
  /** @ignore */
  constructor(session: Session, init: ModelInit<NetworkACLData>) {
    super(session, KIND, init);
  }

  /**
   * What its logged rules saw, as text of one JSON object a line: `GET /1.0/network-acls/{name}/log`. Only
   * networks of OVN write any. Needs the API extension `network_acl_log`.
   */
  async log(options: DownloadOptions = {}): Promise<Download> {
    const what = `read the log of ${this.label}`;
    this.session.require("network_acl_log", what);
    return await download(this.session, `${this.path}/log`, what, options);
  }
}

/**
 * The network ACLs of a project: `/1.0/network-acls`. Needs the API extension `network_acl`; a list over all
 * projects `network_acls_all_projects`, a filtered one `api_filtering_extended`.
 */
export interface NetworkACLs
  extends
    Listable<NetworkACL, FilteredListOptions>,
    Gettable<NetworkACL>,
    Creatable<NetworkACL, NetworkACLsPost> {}

/** Makes the collection. */
export function networkACLs(session: Session): NetworkACLs {
  return new Collection<NetworkACL, NetworkACLData, NetworkACLsPost>(session, {
    ...KIND,
    model: (session, init) => new NetworkACL(session, init),
    allProjectsExtension: "network_acls_all_projects",
    filterExtension: "api_filtering_extended",
  });
}
