import type { Call } from "./call.ts";
import { checkEtag } from "./etag.ts";
import { metricsOf } from "./metrics.ts";
import { badRequest } from "./refusal.ts";
import { done, sync } from "./reply.ts";
import { RESOURCES } from "./resources.ts";
import type { Route } from "./router.ts";
import type { SimulatedServer } from "./server.ts";

/** The certificate of all simulated servers; nobody has its key. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIB3zCCAYagAwIBAgIUSiZZPFpQHImUw3LH2wlhLdPpwzYwCgYIKoZIzj0EAwIw
LTESMBAGA1UECgwJU2ltdWxhdG9yMRcwFQYDVQQDDA5yb290QHNpbXVsYXRvcjAg
Fw0yNjExMjYxNjEyMTNaGA8yMTI2MTEwMjE2MTIxM1owLTESMBAGA1UECgwJU2lt
dWxhdG9yMRcwFQYDVQQDDA5yb290QHNpbXVsYXRvcjBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABMEssbLm0CjoqLii4/xTxBMmXSXBMLkVpyQLXcVgLGrNQeeSEQT2
2tUoY+lNt8+IrfUgBSoV3B6s6HGHvTBWdbWjgYEwfzAdBgNVHQ4EFgQUPk5peMdd
rdI23U24Xdm2yioqL1cwHwYDVR0jBBgwFoAUPk5peMddrdI23U24Xdm2yioqL1cw
DwYDVR0TAQH/BAUwAwEB/zAsBgNVHREEJTAjgglzaW11bGF0b3KHBH8AAAGHEAAA
AAAAAAAAAAAAAAAAAAEwCgYIKoZIzj0EAwIDRwAwRAIgL1ImVut2bG85ILG5VKe5
MKd53Q5zPvDRarGp3LJi9EUCIDSjjZNwVvX6Ae2RjUXYAtGuHzLi2qJ6dCndaawl
ztpw
-----END CERTIFICATE-----
`;

const KEYS =
  /^(acme|backups|candid|cluster|core|images|instances|logging|loki|maas|network|oidc|openfga|rbac|storage|user)\./;
const UNKNOWN = /^core\.nope$/;

const VERSIONS = { lxd: "5.0.2", incus: "6.0.4" };

const LXC_FEATURES = [
  "cgroup2",
  "core_scheduling",
  "devpts_fd",
  "idmapped_mounts_v2",
  "mount_injection_file",
  "network_gateway_device_route",
  "network_ipvlan",
  "network_l2proxy",
  "network_phys_macvlan_mtu",
  "network_veth_router",
  "pidfd",
  "seccomp_allow_deny_syntax",
  "seccomp_notify",
  "seccomp_proxy_send_notify_fd",
];

/** What a simulated server tells of itself. */
export class ServerFacts {
  readonly #server: SimulatedServer;
  #config: Record<string, string> = { "core.https_address": "127.0.0.1:8443" };

  /** As it is after its set-up. */
  constructor(server: SimulatedServer) {
    this.#server = server;
  }

  /** The fingerprint of its certificate. */
  readonly fingerprint: string = "ca5771de0e7b571c04e60251ee61d3607eb8a6f381617cdf0b8ad5e673c9d0fb";

  /** Where it listens. */
  get addresses(): string[] {
    const address = this.#config["core.https_address"];
    return address ? [address] : [];
  }

  /** What answers at `/` and `/1.0`, and tells of the machine. */
  routes(): Route[] {
    return [
      { path: "/", methods: { GET: () => sync(["/1.0"]) } },
      {
        path: "/1.0",
        methods: {
          GET: () => sync(this.#view(), { etag: this.#config }),
          PUT: (call) => this.#change(call, true),
          PATCH: (call) => this.#change(call, false),
        },
      },
      { path: "/1.0/resources", methods: { GET: () => sync(RESOURCES) } },
      {
        path: "/1.0/metrics",
        methods: {
          GET: () =>
            new Response(metricsOf(this.#server), {
              headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
            }),
        },
      },
      {
        path: "/1.0/metadata/configuration",
        extension: "metadata_configuration",
        methods: { GET: () => sync({ configs: CONFIGURATION }) },
      },
    ];
  }

  async #change(call: Call, whole: boolean): Promise<Response> {
    await checkEtag(call.headers, this.#config);
    const { config = {} } = await call.json<{ config?: Record<string, string> }>("ServerPut");
    for (const [key, value] of Object.entries(config)) {
      if (KEYS.test(key) && !UNKNOWN.test(key)) continue;
      throw badRequest(`cannot set '${key}' to '${value}': unknown key`);
    }
    const changed = whole ? config : { ...this.#config, ...config };
    this.#config = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== ""));
    this.#server.lifecycle("config-updated", "/1.0", { project: "default", name: "" });
    return await done();
  }

  #view(): object {
    const { dialect, extensions, members } = this.#server;
    const incus = dialect === "incus";
    return {
      config: this.#config,
      api_extensions: [...extensions],
      api_status: "stable",
      api_version: "1.0",
      auth: "trusted",
      public: false,
      auth_methods: ["tls"],
      ...extensions.has("auth_user") && { auth_user_name: "root", auth_user_method: "unix" },
      environment: {
        addresses: this.addresses,
        architectures: ["x86_64", "i686"],
        certificate: CERTIFICATE,
        certificate_fingerprint: this.fingerprint,
        driver: "lxc",
        driver_version: "5.0.2",
        firewall: "nftables",
        kernel: "Linux",
        kernel_architecture: "x86_64",
        kernel_features: { idmapped_mounts: "true", seccomp_listener: "true" },
        kernel_version: "6.1.0-simulated",
        lxc_features: Object.fromEntries(LXC_FEATURES.map((it) => [it, "true"])),
        os_name: "Debian GNU/Linux",
        os_version: "12",
        project: "default",
        server: dialect,
        server_clustered: members.length > 0,
        server_event_mode: "full-mesh",
        server_name: members[0] ?? "simulator",
        server_pid: 1,
        server_version: VERSIONS[incus ? "incus" : "lxd"],
        storage: "dir",
        storage_version: "1",
        storage_supported_drivers: [{ Name: "dir", Version: "1", Remote: false }],
      },
    };
  }
}

/** A little of what the daemons tell of their configuration keys. */
const CONFIGURATION = {
  instance: {
    "resource-limits": {
      keys: [{
        "limits.cpu": {
          defaultdesc: "1 (VMs)",
          liveupdate: "yes",
          longdesc: "A number or a specific range of CPUs to expose to the instance.",
          shortdesc: "Which CPUs to expose to the instance",
          type: "string",
        },
      }],
    },
  },
};
