import { type CallOptions, limited } from "../core/call.ts";
import { Document, type Editable, type Readable } from "../core/document.ts";
import type { Metric } from "../core/metrics.ts";
import { bodyOf, collect } from "../core/streams.ts";
import type { MetadataConfiguration, Resources, ServerData, ServerPut } from "../types/mod.ts";

/**
 * The server itself: `/1.0`. Its data was read when the connection was made.
 *
 * The servers compare the version of their configuration before they write it, not as one step: of two edits
 * at the very same moment one can be lost.
 */
export interface Server extends Readable<ServerData>, Editable<ServerPut> {
  /** The API extensions that it offers. Recent Incus tells them to trusted callers only. */
  readonly extensions: ReadonlySet<string>;
  /** Whether it trusts the caller; what an untrusted one may do is little. */
  readonly trusted: boolean;
  /** Whether it is a member of a cluster. */
  readonly clustered: boolean;
  /**
   * What hardware it has: processors, memory, disks, network cards and more: `GET /1.0/resources`. In a
   * cluster that of one member: see `client.target`. Needs the API extension `resources`.
   */
  resources(options?: CallOptions): Promise<Resources>;
  /**
   * What it measures of itself and of the running instances of `client.project`, or of all projects:
   * `GET /1.0/metrics`. Servers keep the answer for some seconds. Needs the API extension `metrics`.
   *
   * @example
   * ```ts
   * import { connect } from "@lxkit/client";
   *
   * await using client = await connect();
   * for (const metric of await client.server.metrics()) {
   *   for (const { name, labels, value } of metric.samples) console.log(name, labels.name, value);
   * }
   * ```
   */
  metrics(options?: CallOptions): Promise<Metric[]>;
  /** The same as text, in the form of OpenMetrics that Prometheus reads. */
  metricsText(options?: CallOptions): Promise<string>;
  /**
   * The configuration keys that it knows, by kind of object, with what each takes: `GET
   * /1.0/metadata/configuration`. Needs the API extension `metadata_configuration`.
   */
  configurationMetadata(options?: CallOptions): Promise<MetadataConfiguration>;
}

/** The one implementation of {@linkcode Server}. */
export class ServerDocument extends Document<ServerData, ServerPut> implements Server {
  /** The API extensions that it offers. */
  get extensions(): ReadonlySet<string> {
    return this.session.facts.extensions;
  }

  /** Reads its data anew. */
  override async refresh(options: CallOptions = {}): Promise<this> {
    await super.refresh(options);
    // Recent Incus tells its extensions once it trusts the caller.
    this.session.facts.extensions = new Set(this.data.api_extensions ?? []);
    return this;
  }

  /** Whether it trusts the caller. */
  get trusted(): boolean {
    return this.data.auth === "trusted";
  }

  /** Whether it is a member of a cluster. */
  get clustered(): boolean {
    return this.data.environment?.server_clustered ?? false;
  }

  /** What hardware it has. */
  async resources(options: CallOptions = {}): Promise<Resources> {
    this.session.require("resources", "read the server's resources");
    return await this.session.get(`${this.path}/resources`, options);
  }

  /** What it measures, as samples. */
  async metrics(options: CallOptions = {}): Promise<Metric[]> {
    const { parseMetrics } = await import("../core/metrics.ts");
    return parseMetrics(await this.metricsText(options));
  }

  /** What it measures, as text. */
  async metricsText(options: CallOptions = {}): Promise<string> {
    const what = "read the server's metrics";
    this.session.require("metrics", what);
    return await limited(options, what, async (signal) => {
      const response = await this.session.exchange("GET", `${this.path}/metrics`, { signal });
      return new TextDecoder().decode(await collect(bodyOf(response, what, signal).readable));
    });
  }

  /** The configuration keys that it knows. */
  async configurationMetadata(options: CallOptions = {}): Promise<MetadataConfiguration> {
    this.session.require("metadata_configuration", "read what the configuration keys mean");
    return await this.session.get(`${this.path}/metadata/configuration`, options);
  }

  /** What it is, for messages. */
  protected override get label(): string {
    return "the server";
  }

  /** Its path. */
  protected override get path(): string {
    return "/1.0";
  }
}
