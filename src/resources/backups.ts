import type { CallOptions } from "../core/call.ts";
import { Collection, type Gettable, type Listable } from "../core/collection.ts";
import type { Readable } from "../core/document.ts";
import {
  Model,
  type ModelInit,
  type ModelKind,
  type Named,
  type Removable,
  type Renamable,
} from "../core/model.ts";
import type { Session } from "../core/session.ts";
import type { MutationOptions, Task } from "../core/task.ts";
import { type Download, download, type DownloadOptions } from "../core/transfer.ts";

/** A backup that the server keeps as one file, until it is deleted or expires: `.../backups/{backup}`. */
export interface Backup<Data> extends Named, Readable<Data>, Renamable, Removable {
  /**
   * Downloads it: `GET .../backups/{backup}/export`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * const backup = await client.instances.at("web").backups.create({ instance_only: true });
   * const { size, readable } = await backup.export();
   * console.log(size);
   * await readable.pipeTo((await Deno.create("web.tar.gz")).writable);
   * ```
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  export(options?: DownloadOptions): Promise<Download>;
  /**
   * The URL that `export` reads, that of `GET .../backups/{backup}/export`, for a link: whoever follows it
   * needs credentials of their own, as a browser has them.
   *
   * @throws {UnsupportedError} when the connector has no URLs, as over a Unix socket.
   */
  exportUrl(): URL;
}

/** The backups of one thing: `.../backups`. */
export interface Backups<Data, Body>
  extends Listable<Backup<Data>, CallOptions>, Gettable<Backup<Data>> {
  /**
   * Makes one, and resolves when it stands: `POST .../backups`. Without a `name` the server makes one up.
   */
  create(body?: Body, options?: MutationOptions): Task<Backup<Data>>;
  /**
   * Makes one and downloads it as it is made: `POST .../backups` that accepts `application/octet-stream`. The
   * server keeps nothing. Needs the API extension `direct_backup`, which Incus alone has.
   */
  stream(body?: Body, options?: DownloadOptions): Promise<Download>;
}

/** The one implementation of {@linkcode Backup}. */
class BackupModel<Data extends object> extends Model<Data> implements Backup<Data> {
  async export(options: DownloadOptions = {}): Promise<Download> {
    return await download(this.session, `${this.path}/export`, `read ${this.label}`, options);
  }

  exportUrl(): URL {
    return this.session.url(`${this.path}/export`);
  }
}

/** The one implementation of {@linkcode Backups}. */
class BackupCollection<Data extends object, Body extends object>
  extends Collection<Backup<Data>, Data, Body>
  implements Backups<Data, Body> {
  constructor(session: Session, kind: ModelKind) {
    super(session, {
      ...kind,
      resource: "backups",
      model: (session, init: ModelInit<Data>) => new BackupModel(session, kind, init),
    });
  }

  override create(body: Body = {} as Body, options: MutationOptions = {}): Task<Backup<Data>> {
    return super.create(body, options);
  }

  async stream(body: Body = {} as Body, options: DownloadOptions = {}): Promise<Download> {
    const what = "stream a backup";
    this.session.require("direct_backup", what);
    return await download(this.session, this.path, what, options, {
      method: "POST",
      json: body,
      headers: { accept: "application/octet-stream" },
    });
  }
}

/** Makes the backups of the thing at a path; `extension` is the API extension of such backups. */
export function backups<Data extends object, Body extends object>(
  session: Session,
  owner: string,
  extension: string,
): Backups<Data, Body> {
  return new BackupCollection(session, { word: "backup", path: `${owner}/backups`, extension });
}
