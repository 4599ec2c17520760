import { ProtocolError } from "../../errors.ts";
import type { CallOptions } from "../../core/call.ts";
import { Collection, type Creatable, type Gettable, type Listable } from "../../core/collection.ts";
import type { Editable, Readable } from "../../core/document.ts";
import {
  Model,
  type ModelInit,
  type Named,
  type Removable,
  type Renamable,
} from "../../core/model.ts";
import type { Session } from "../../core/session.ts";
import { type MutationOptions, Task } from "../../core/task.ts";
import { type IssuedToken, issuedToken } from "../../core/token.ts";
import type {
  CertificateAddToken,
  ClusterLinkCertificate,
  ClusterLinkData,
  ClusterLinkPut,
  ClusterLinksPost,
  ClusterLinkState,
} from "../../types/mod.ts";

/** A link to another cluster: `/1.0/cluster/links/{link}`. */
export interface ClusterLink
  extends Named, Readable<ClusterLinkData>, Editable<ClusterLinkPut>, Renamable, Removable {
  /** Which members of the other cluster can be reached: `GET /1.0/cluster/links/{link}/state`. */
  state(options?: CallOptions): Promise<ClusterLinkState>;
}

/**
 * Links to other clusters: `/1.0/cluster/links`. LXD alone has them; needs the API extension
 * `cluster_links`.
 */
export interface ClusterLinks
  extends
    Listable<ClusterLink, CallOptions>,
    Gettable<ClusterLink>,
    Creatable<ClusterLink, ClusterLinksPost> {
  /**
   * Makes a link that waits for the other cluster, and gives the token for it: `POST
   * /1.0/cluster/links`. There it goes into `trust_token` of `create`, which makes both ends.
   */
  createToken(
    body: ClusterLinksPost,
    options?: MutationOptions,
  ): Task<IssuedToken<CertificateAddToken>>;
  /**
   * Makes a public link that waits to be confirmed, and gives the certificate that the cluster at
   * `remote_address` shows: `POST /1.0/cluster/links`. Once it is known for the right one, it goes
   * into `cluster_certificate` of `create`. Needs the API extension `cluster_links_public`.
   */
  createPublic(body: ClusterLinksPost, options?: MutationOptions): Task<ClusterLinkCertificate>;
}

const KIND = {
  word: "cluster link",
  path: "/1.0/cluster/links",
  extension: "cluster_links",
} as const;

class ClusterLinkModel extends Model<ClusterLinkData, ClusterLinkPut> implements ClusterLink {
  /** Which members of the other cluster can be reached. */
  async state(options: CallOptions = {}): Promise<ClusterLinkState> {
    return await this.session.get(`${this.path}/state`, options);
  }
}

/** The one implementation of {@linkcode ClusterLinks}. */
export class ClusterLinkCollection
  extends Collection<ClusterLink, ClusterLinkData, ClusterLinksPost>
  implements ClusterLinks {
  /** @ignore */
  constructor(session: Session) {
    super(session, {
      ...KIND,
      model: (session: Session, init: ModelInit<ClusterLinkData>) =>
        new ClusterLinkModel(session, KIND, init),
    });
  }

  /** Makes a link that waits for the other cluster, and gives the token for it. */
  createToken(
    body: ClusterLinksPost,
    options: MutationOptions = {},
  ): Task<IssuedToken<CertificateAddToken>> {
    const what = `issue a token for cluster link "${body.name}"`;
    return new Task(this.session, what, options, async (step) => {
      const { metadata } = await step<CertificateAddToken>("POST", this.path, { json: body });
      return issuedToken(what, metadata);
    });
  }

  /** Makes a public link that waits to be confirmed. */
  createPublic(
    body: ClusterLinksPost,
    options: MutationOptions = {},
  ): Task<ClusterLinkCertificate> {
    const what = `create public cluster link "${body.name}"`;
    this.session.require("cluster_links_public", what);
    return new Task(this.session, what, options, async (step) => {
      const json: ClusterLinksPost = { type: "public", ...body };
      const { metadata } = await step<ClusterLinkCertificate>("POST", this.path, { json });
      if (metadata) return metadata;
      throw new ProtocolError(`Cannot ${what}: the server sent no certificate to confirm`);
    });
  }
}
