/**
 * Client certificates that a daemon trusts.
 *
 * @module
 */

import { Api } from "./api.ts";
import type { SharedServer } from "./servers.ts";

/** What `connect()` takes to reach a daemon over HTTPS. */
export interface HttpsAccess {
  /** Where it listens. */
  url: string;
  /** The client's certificate, as PEM. */
  cert: string;
  /** Its private key, as PEM. */
  key: string;
  /** The daemon's own certificate, as PEM. */
  serverCert: string;
}

/** A certificate with its key, as PEM. */
export interface Certificate {
  /** The certificate. */
  cert: string;
  /** Its private key. */
  key: string;
}

/** Makes a self-signed certificate that is valid for a day, and names the address where one is given. */
export async function makeCertificate(
  options: { name: string; address?: string },
): Promise<Certificate> {
  const { name, address } = options;
  const pem = await openssl([
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -nodes -days 1".split(" "),
    ...(address ? ["-addext", `subjectAltName=IP:${address}`] : []),
    ..."-keyout - -out - -subj".split(" "),
    `/CN=${name}`,
  ]);
  return { cert: block(pem, "CERTIFICATE"), key: block(pem, "PRIVATE KEY") };
}

/** Makes a self-signed certificate that was valid for a day in 2020. */
export async function makeExpiredCertificate(options: { name: string }): Promise<Certificate> {
  const folder = await Deno.makeTempDir();
  const file = (name: string) => `${folder}/${name}`;
  try {
    const request = await openssl([
      ..."req -new -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -nodes -keyout - -out -".split(
        " ",
      ),
      "-subj",
      `/CN=${options.name}`,
    ]);
    const key = block(request, "PRIVATE KEY");
    await Deno.writeTextFile(file("key"), key);
    await Deno.writeTextFile(file("request"), block(request, "CERTIFICATE REQUEST"));
    await Deno.writeTextFile(file("index"), "");
    await Deno.writeTextFile(
      file("config"),
      `[ca]\ndefault_ca=c\n[c]\ndatabase=${file("index")}\nserial=${
        file("serial")
      }\nnew_certs_dir=${folder}\n` +
        "default_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n" +
        "[e]\nbasicConstraints=CA:FALSE\n",
    );
    const signed = await openssl([
      ..."ca -batch -selfsign -notext -rand_serial".split(" "),
      ..."-startdate 20200101000000Z -enddate 20200102000000Z".split(" "),
      ...["-config", file("config"), "-keyfile", file("key"), "-in", file("request")],
    ]);
    return { cert: block(signed, "CERTIFICATE"), key };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function openssl(args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("openssl", { args }).output();
  if (!success) throw new Error(`Cannot make a certificate: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

function block(pem: string, word: string): string {
  return new RegExp(`-----BEGIN ${word}-----[^]*?-----END ${word}-----\n`).exec(pem)![0];
}

/** Makes a certificate, and has the daemon trust it. */
export async function trustedAccess(
  server: Pick<SharedServer, "socket" | "httpsPort" | "home">,
): Promise<HttpsAccess> {
  const { cert, key } = await makeCertificate({ name: "lxkit" });
  const certificate = cert.split("\n").filter((line) => !line.startsWith("-")).join("");
  using api = new Api(server.socket);
  await api.request("POST", "/1.0/certificates", {
    body: { type: "client", name: "lxkit", certificate },
  });
  const serverCert = await Deno.readTextFile(`${server.home}/server.crt`);
  return { url: `https://127.0.0.1:${server.httpsPort}`, cert, key, serverCert };
}
