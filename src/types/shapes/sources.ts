/**
 * What an instance is made from, told apart by `type`. Part of the body of `POST /1.0/instances`
 * and of `POST /1.0/instances/{name}/rebuild`.
 */
export type InstanceSource =
  | InstanceSourceImage
  | InstanceSourceCopy
  | InstanceSourceMigration
  | InstanceSourceConversion
  | InstanceSourceNone;

/** An instance from an image, of this server or of another one. */
export interface InstanceSourceImage {
  /** Tells the source apart from the others. */
  type: "image";
  /** Alias of the image; give it, `fingerprint` or `properties`. */
  alias?: string;
  /** SHA-256 of the image in hexadecimal, or its beginning. */
  fingerprint?: string;
  /** Properties by which to find the newest image that has them all. */
  properties?: Record<string, string>;
  /** URL of the image server; without it the image is this server's. */
  server?: string;
  /** Protocol of the image server: `simplestreams`, `lxd` or `incus`, on Incus also `oci`. */
  protocol?: "simplestreams" | "lxd" | "incus" | "oci" | (string & Record<never, never>);
  /** How the image comes: the server fetches it. */
  mode?: "pull";
  /** Certificate of the image server as PEM, when no known authority signed it. */
  certificate?: string;
  /** Secret that opens a private image of the image server. */
  secret?: string;
  /** Project of the image on the image server. */
  project?: string;
  /** Name of the image registry to take the image from. LXD only, not in 5.0.2. */
  image_registry?: string;
}

/** An instance from another instance or snapshot of the same server. */
export interface InstanceSourceCopy {
  /** Tells the source apart from the others. */
  type: "copy";
  /** Name of the instance, or `instance/snapshot`. */
  source: string;
  /** Project of the source; default the project of the request. */
  project?: string;
  /** Whether to leave the snapshots out. Default false. */
  instance_only?: boolean;
  /**
   * Older name of `instance_only`.
   *
   * @deprecated Use `instance_only`.
   */
  container_only?: boolean;
  /** Whether to keep a running instance running. Default false. */
  live?: boolean;
  /** Whether to bring an existing copy up to date. Default false. */
  refresh?: boolean;
  /** Whether a refresh leaves out snapshots older than the copy's newest. Incus only. */
  refresh_exclude_older?: boolean;
  /** Whether to go on when files change while they are read. Default false. */
  allow_inconsistent?: boolean;
  /** Whether snapshots get the profiles of the copy. LXD only, not in 5.0.2. */
  override_snapshot_profiles?: boolean;
  /** Fingerprint of the image that the source was made from. */
  "base-image"?: string;
}

/** An instance from another server. */
export interface InstanceSourceMigration {
  /** Tells the source apart from the others. */
  type: "migration";
  /** Who connects: `pull` this server to the source, `push` the client to this server. */
  mode?: "pull" | "push";
  /** URL of the operation on the source server, for `pull`. */
  operation?: string;
  /** Secrets of that operation's WebSockets by their names, for `pull`. */
  secrets?: Record<string, string>;
  /** Certificate of the source server as PEM, for `pull`. */
  certificate?: string;
  /** Whether to leave the snapshots out. Default false. */
  instance_only?: boolean;
  /**
   * Older name of `instance_only`.
   *
   * @deprecated Use `instance_only`.
   */
  container_only?: boolean;
  /** Whether to keep a running instance running. Default false. */
  live?: boolean;
  /** Whether to bring an existing copy up to date. Default false. */
  refresh?: boolean;
  /** Whether a refresh leaves out snapshots older than the copy's newest. Incus only. */
  refresh_exclude_older?: boolean;
  /** Whether to go on when files change while they are read. Default false. */
  allow_inconsistent?: boolean;
  /** Fingerprint of the image that the source was made from. */
  "base-image"?: string;
}

/** A virtual machine from a disk image that the client sends. LXD only, not in 5.0.2. */
export interface InstanceSourceConversion {
  /** Tells the source apart from the others. */
  type: "conversion";
  /** Who connects: the client. */
  mode?: "push";
  /** Size of the disk image in bytes. */
  source_disk_size?: number;
  /** What to do to the image: `format` and `virtio`. */
  conversion_options?: string[];
}

/** An instance without a root file system. */
export interface InstanceSourceNone {
  /** Tells the source apart from the others. */
  type: "none";
}

/**
 * What an image is made from. Part of the body of `POST /1.0/images`; told apart by `type`, except
 * for an upload by another server, which has a `mode` instead.
 */
export type ImageSource = ImageSourceImage | ImageSourceUrl | ImageSourceInstance | ImageSourcePush;

/** An image of another server, which this server fetches. */
export interface ImageSourceImage {
  /** Tells the source apart from the others. */
  type: "image";
  /** How the image comes: this server fetches it. */
  mode?: "pull";
  /** URL of the image server. */
  server?: string;
  /** Protocol of the image server: `simplestreams`, `lxd` or `incus`, on Incus also `oci`. */
  protocol?: "simplestreams" | "lxd" | "incus" | "oci" | (string & Record<never, never>);
  /** Alias of the image; give it or `fingerprint`. */
  alias?: string;
  /** SHA-256 of the image in hexadecimal, or its beginning. */
  fingerprint?: string;
  /** Certificate of the image server as PEM, when no known authority signed it. */
  certificate?: string;
  /** Secret that opens a private image of the image server. */
  secret?: string;
  /** Kind of image where the alias names several; default `container`. */
  image_type?: "container" | "virtual-machine" | (string & Record<never, never>);
  /** Whether to take over the aliases of the image. Default false. */
  copy_aliases?: boolean;
  /** Project of the image on the image server. */
  project?: string;
  /** Name of the image registry to take the image from. LXD only, not in 5.0.2. */
  image_registry?: string;
}

/** An image that this server fetches from a web address. */
export interface ImageSourceUrl {
  /** Tells the source apart from the others. */
  type: "url";
  /** The address; the answer's headers name the image's hash and real address. */
  url: string;
}

/** An image of an instance or snapshot of this server. */
export interface ImageSourceInstance {
  /** Tells the source apart from the others; `instance` stands for both kinds of instance. */
  type: "instance" | "container" | "virtual-machine" | "snapshot";
  /** Name of the instance, or `instance/snapshot`. */
  name: string;
  /** Project of the instance; default the project of the request. LXD only, not in 5.0.2. */
  project?: string;
}

/** An image that another server is to send. */
export interface ImageSourcePush {
  /** Not used by this source. */
  type?: never;
  /** How the image comes: another server sends it. */
  mode: "push";
  /** SHA-256 of the image in hexadecimal. */
  fingerprint?: string;
  /** Whether to take over the aliases of the image. Default false. */
  copy_aliases?: boolean;
}
