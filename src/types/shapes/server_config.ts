/**
 * Configuration of the server by key. Values are strings: `true` and `false`, numbers, sizes with
 * units such as `GiB`; further keys are allowed. Free keys are under `user.`, loggers of Incus
 * under `logging.NAME.`.
 */
export interface ServerConfig {
  /** Whether the terms of the ACME service are agreed to; default `false`. Not in LXD 5.0.2. */
  "acme.agree_tos"?: string;
  /** URL of the ACME service's directory. Not in LXD 5.0.2. */
  "acme.ca_url"?: string;
  /** Kind of ACME challenge: `HTTP-01` (default) or `DNS-01`. Incus only. */
  "acme.challenge"?: string;
  /** Domain of the certificate. Not in LXD 5.0.2. */
  "acme.domain"?: string;
  /** Address of the ACME account. Not in LXD 5.0.2. */
  "acme.email"?: string;
  /** Address that answers the `HTTP-01` challenge; default `:80`. Incus only. */
  "acme.http.port"?: string;
  /** Provider that answers the `DNS-01` challenge. Incus only. */
  "acme.provider"?: string;
  /** Environment variables of that provider. Incus only. */
  "acme.provider.environment"?: string;
  /** DNS servers for that challenge, by commas. Incus only. */
  "acme.provider.resolvers"?: string;
  /** Program that decides what callers may do. Incus only. */
  "authorization.scriptlet"?: string;
  /** Program that compresses backups; default `gzip`. */
  "backups.compression_algorithm"?: string;
  /**
   * Seconds until a member that cannot be reached is evacuated; default `0` for never. Not in LXD
   * 5.0.2.
   */
  "cluster.healing_threshold"?: string;
  /** Address of the member for the cluster, as `host:port`. */
  "cluster.https_address"?: string;
  /** How many members keep a copy of an image; default `3`, `-1` for all. */
  "cluster.images_minimal_replica"?: string;
  /** Time until a join token expires; default `3H`. */
  "cluster.join_token_expiry"?: string;
  /** How many members keep a spare copy of the database; default `2`. */
  "cluster.max_standby"?: string;
  /** How many members vote on the database; default `3`. */
  "cluster.max_voters"?: string;
  /** Seconds until a silent member counts as offline; default `20`. */
  "cluster.offline_threshold"?: string;
  /** How many instances are moved in one round; default `1`. Incus only. */
  "cluster.rebalance.batch"?: string;
  /** Time until an instance is moved again; default `6H`. Incus only. */
  "cluster.rebalance.cooldown"?: string;
  /** Minutes between rounds; default `0` for never. Incus only. */
  "cluster.rebalance.interval"?: string;
  /** Difference of load, in percent, from which instances are moved; default `20`. Incus only. */
  "cluster.rebalance.threshold"?: string;
  /**
   * Time that a secret for sessions and tokens is used; default `1m`. LXD only, not in LXD 5.0.2.
   */
  "core.auth_secret_expiry"?: string;
  /** Address of the BGP server. */
  "core.bgp_address"?: string;
  /** BGP number of the autonomous system. */
  "core.bgp_asn"?: string;
  /** BGP id of the server. */
  "core.bgp_routerid"?: string;
  /** Address of the debug server. */
  "core.debug_address"?: string;
  /** Address of the DNS server. */
  "core.dns_address"?: string;
  /** Address of the API over HTTPS, as `host:port`; without it the API is local alone. */
  "core.https_address"?: string;
  /** Whether other origins may send credentials; default `false`. */
  "core.https_allowed_credentials"?: string;
  /** Headers that other origins may send. */
  "core.https_allowed_headers"?: string;
  /** Methods that other origins may use. */
  "core.https_allowed_methods"?: string;
  /** Origins that may call the API. */
  "core.https_allowed_origin"?: string;
  /** Origins that may open WebSockets, by commas. Incus only, not in Incus 6.0.4. */
  "core.https_allowed_websocket_origin"?: string;
  /** Addresses of proxies that may tell the caller's address, by commas. */
  "core.https_trusted_proxy"?: string;
  /** Address of the metrics over HTTPS. */
  "core.metrics_address"?: string;
  /** Whether metrics are for trusted callers alone; default `true`. */
  "core.metrics_authentication"?: string;
  /** HTTP proxy that the server uses. */
  "core.proxy_http"?: string;
  /** HTTPS proxy that the server uses. */
  "core.proxy_https"?: string;
  /** Hosts that need no proxy. */
  "core.proxy_ignore_hosts"?: string;
  /** Time until a trust token expires; default never. */
  "core.remote_token_expiry"?: string;
  /**
   * What a shutdown of the server does: `shutdown` (default) or `evacuate`. Incus only, not in
   * Incus 6.0.4.
   */
  "core.shutdown_action"?: string;
  /** Minutes to wait for operations at a shutdown; default `5`. */
  "core.shutdown_timeout"?: string;
  /** Address of the buckets over HTTPS. Incus only. */
  "core.storage_buckets_address"?: string;
  /** Whether the server listens for syslog messages of OVN; default `false`. Not in LXD 5.0.2. */
  "core.syslog_socket"?: string;
  /** Whether all clients with a certificate of the authority are trusted; default `false`. */
  "core.trust_ca_certificates"?: string;
  /** Whether images that the server fetched are kept up to date; default `true`. */
  "images.auto_update_cached"?: string;
  /** Hours between looks for newer images; default `6`, `0` for never. */
  "images.auto_update_interval"?: string;
  /** Program that compresses images; default `gzip`. */
  "images.compression_algorithm"?: string;
  /** Architecture of images where members differ. */
  "images.default_architecture"?: string;
  /** Days until an image that the server fetched and nobody used is dropped; default `10`. */
  "images.remote_cache_expiry"?: string;
  /** Whether each container has its own LXCFS; default `false`. Incus only. */
  "instances.lxcfs.per_instance"?: string;
  /**
   * Whether new instances have `migration.stateful`; default `false`. LXD only, not in LXD 5.0.2.
   */
  "instances.migration.stateful"?: string;
  /** How interfaces of the host are named: `random` (default) or `mac`. Not in LXD 5.0.2. */
  "instances.nic.host_name"?: string;
  /** Program that chooses the member of a new instance. Incus only. */
  "instances.placement.scriptlet"?: string;
  /** Certificate of the authority of the Loki server. Not in LXD 5.0.2. */
  "loki.api.ca_cert"?: string;
  /** URL of the Loki server. Not in LXD 5.0.2. */
  "loki.api.url"?: string;
  /** Password for the Loki server. Not in LXD 5.0.2. */
  "loki.auth.password"?: string;
  /** User name for the Loki server. Not in LXD 5.0.2. */
  "loki.auth.username"?: string;
  /** Name of the server in what it sends to Loki. Not in LXD 5.0.2. */
  "loki.instance"?: string;
  /** Labels of what is sent to Loki, by commas. Not in LXD 5.0.2. */
  "loki.labels"?: string;
  /** Least severity that is sent to Loki; default `info`. Not in LXD 5.0.2. */
  "loki.loglevel"?: string;
  /** Types of events that are sent to Loki; default `lifecycle,logging`. Not in LXD 5.0.2. */
  "loki.types"?: string;
  /** Template of hardware addresses. Incus only, not in Incus 6.0.4. */
  "network.hwaddr_pattern"?: string;
  /** Certificate of OVN's authority. Not in LXD 5.0.2. */
  "network.ovn.ca_cert"?: string;
  /** Certificate of the server for OVN. Not in LXD 5.0.2. */
  "network.ovn.client_cert"?: string;
  /** Key of that certificate. Not in LXD 5.0.2. */
  "network.ovn.client_key"?: string;
  /** Bridge that OVN networks use; default `br-int`. */
  "network.ovn.integration_bridge"?: string;
  /** Address of OVN's northbound database. */
  "network.ovn.northbound_connection"?: string;
  /** Address of Open vSwitch's database. Incus only. */
  "network.ovs.connection"?: string;
  /** Audience that tokens must have. Not in LXD 5.0.2. */
  "oidc.audience"?: string;
  /** Claim that is used as the user's name. Incus only. */
  "oidc.claim"?: string;
  /** Id of the OpenID Connect client. Not in LXD 5.0.2. */
  "oidc.client.id"?: string;
  /** Secret of the OpenID Connect client. LXD only, not in LXD 5.0.2. */
  "oidc.client.secret"?: string;
  /** Claim that names the user's groups. LXD only, not in LXD 5.0.2. */
  "oidc.groups.claim"?: string;
  /** URL of the OpenID Connect provider. Not in LXD 5.0.2. */
  "oidc.issuer"?: string;
  /** Scopes to ask for, by commas. Not in LXD 5.0.2. */
  "oidc.scopes"?: string;
  /** Time until a session ends; default `1w`. LXD only, not in LXD 5.0.2. */
  "oidc.session.expiry"?: string;
  /** Token for the OpenFGA server. Incus only, not in Incus main (2026-08). */
  "openfga.api.token"?: string;
  /** URL of the OpenFGA server. Incus only, not in Incus main (2026-08). */
  "openfga.api.url"?: string;
  /** Id of the permissions in OpenFGA. Incus only, not in Incus main (2026-08). */
  "openfga.store.id"?: string;
  /** Volume that keeps backups, as `pool/volume`. */
  "storage.backups_volume"?: string;
  /** Volume that keeps images, as `pool/volume`. */
  "storage.images_volume"?: string;
  /** Volume that keeps logs, as `pool/volume`. Incus only, not in Incus 6.0.4. */
  "storage.logs_volume"?: string;
  /**
   * Password by which clients make themselves trusted. Read as `true` where one is set, written as
   * the password. Not in LXD main (2026-08) and Incus.
   */
  "core.trust_password"?: string | boolean;
  /** Any other key. */
  [key: string]: string | boolean | undefined;
}
