import type { Call } from "../call.ts";
import { type Document, documentRoutes } from "../documents.ts";
import { sha256 } from "../etag.ts";
import { badRequest, conflict } from "../refusal.ts";
import { created } from "../reply.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import { issueToken } from "./token.ts";

/** A certificate that is trusted; its document's name is its fingerprint. */
interface CertificateRecord extends Document {
  label: string;
  type: string;
  restricted: boolean;
  projects: string[];
  certificate: string;
  description: string;
}

/** The body of a creation. */
interface CertificatesPost {
  name?: string;
  type?: string;
  certificate?: string;
  restricted?: boolean;
  projects?: string[];
  token?: boolean;
  description?: string;
}

const TYPES = ["client", "server", "metrics"];

/** The certificates that a simulated server trusts. */
export class Certificates {
  readonly #server: SimulatedServer;
  readonly #all = new Map<string, CertificateRecord>();

  /** None yet. */
  constructor(server: SimulatedServer) {
    this.#server = server;
  }

  /** Who may do anything, as `access` tells it; null where there is nobody. */
  trustedEverywhere(): object[] | null {
    const all = [...this.#all.values()].filter((it) => it.type === "client" && !it.restricted)
      .map(({ name }) => ({ identifier: name, role: "admin", provider: "tls" }));
    return all.length > 0 ? all : null;
  }

  /** What answers under `/1.0/certificates`. */
  routes(): Route[] {
    return documentRoutes<CertificateRecord>(this.#server, {
      path: "/1.0/certificates",
      event: "certificate",
      // The field `name` of the wire is not what certificates are found by.
      fields: { label: "", type: "client", restricted: false, projects: [], certificate: "" },
      shelf: () => this.#all,
      view: (certificate) => this.#view(certificate),
      missing: () => "Certificate not found",
      verbs: { post: (call) => this.#create(call) },
      read: (body) => {
        const { name, ...rest } = body as unknown as { name?: string };
        return name === undefined ? rest : { ...rest, label: name };
      },
    });
  }

  #view(certificate: CertificateRecord): object {
    const { label, type, restricted, projects, name, description } = certificate;
    return {
      name: label,
      type,
      restricted,
      projects,
      certificate: certificate.certificate,
      ...this.#server.extensions.has("certificate_description") && { description },
      fingerprint: name,
    };
  }

  async #create(call: Call): Promise<Response> {
    const body = await call.json<CertificatesPost>("CertificatesPost", {
      certificate: "string",
      projects: "[]string",
      restricted: "bool",
    });
    if (body.token) return this.#issueToken(call, body);
    const { type = "client", name = "", restricted = false, projects = [] } = body;
    if (!TYPES.includes(type)) throw badRequest("Invalid certificate type");
    const der = decodeCertificate(body.certificate ?? "");
    const fingerprint = await sha256(der);
    if (this.#all.has(fingerprint)) throw conflict("Certificate already in trust store");
    this.#all.set(fingerprint, {
      name: fingerprint,
      project: "default",
      label: name,
      type,
      restricted,
      projects,
      certificate: pemOf(der),
      description: body.description ?? "",
    });
    const path = `/1.0/certificates/${fingerprint}`;
    this.#server.lifecycle("certificate-created", path, { project: "default", name: fingerprint });
    return await created(path);
  }

  #issueToken(call: Call, request: CertificatesPost): Response {
    if (this.#server.modules.facts.addresses.length === 0) {
      throw badRequest("Can't issue token when server isn't listening on network");
    }
    return issueToken(this.#server, call, { request });
  }
}

function decodeCertificate(text: string): Uint8Array<ArrayBuffer> {
  const body = text.replace(/-----[A-Z ]+-----/g, "").replace(/\s+/g, "");
  const wrong = [...body].findIndex((it) => !/[A-Za-z0-9+/=]/.test(it));
  const bad = wrong >= 0 ? wrong : body.length % 4 === 0 ? -1 : body.length - body.length % 4;
  if (bad >= 0 || body === "") {
    throw badRequest(`illegal base64 data at input byte ${Math.max(0, bad)}`);
  }
  return Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
}

function pemOf(der: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...der));
  const lines = base64.match(/.{1,64}/g)!.join("\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
