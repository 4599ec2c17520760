/**
 * An image server's lists as this package reads them, and as a real LXD and Incus do.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { connect } from "../mod.ts";
import { simplestreams } from "../src/simplestreams/mod.ts";
import { imageServer, indexOf, madeImage } from "./kit/image_server.ts";
import { sha256 } from "./kit/sha256.ts";
import { daemonTest } from "./kit/suite.ts";
import { makeCertificate } from "./kit/trust.ts";

daemonTest("A server takes from an image server what is found there", async (daemon) => {
  const [one, two] = await Promise.all(["one", "two"].map((name) => madeImage(name)));
  const answer = imageServer(indexOf({ one: one!.product, two: two!.product }), [
    ...one!.files,
    ...two!.files,
  ]);
  const hostname = "127.0.0.1";
  const certificate = await makeCertificate({ name: "images", address: hostname });
  const quiet = { hostname, port: 0, onListen() {} };
  await using plain = Deno.serve(quiet, answer);
  // The daemons take lists by HTTPS alone.
  await using secure = Deno.serve({ ...quiet, ...certificate }, answer);
  await Deno.writeTextFile(`${daemon.directory}/authority.crt`, certificate.cert);
  const before = Deno.env.get("SSL_CERT_FILE");
  Deno.env.set("SSL_CERT_FILE", `${daemon.directory}/authority.crt`);
  try {
    await daemon.restart();
  } finally {
    if (before === undefined) Deno.env.delete("SSL_CERT_FILE");
    else Deno.env.set("SSL_CERT_FILE", before);
  }
  const url = `http://${hostname}:${plain.addr.port}`;
  const reader = simplestreams({ url, dialect: daemon.kind });
  await using client = await connect({ socket: daemon.socket });
  for (const alias of ["one", "two/1", "two/amd64"]) {
    const found = await reader.get(alias);
    const taken = await client.images.create({
      source: {
        type: "image",
        protocol: "simplestreams",
        server: `https://${hostname}:${secure.addr.port}`,
        alias,
      },
    });
    assertEquals(found.fingerprint, taken.fingerprint);
    const { architecture, type, size, properties } = taken.data;
    assertEquals([found.architecture, found.type, found.size], [architecture, type, size]);
    const { os, release, serial, variant } = properties;
    assertEquals([found.os, found.release, found.serial, found.variant], [
      os,
      release,
      serial,
      variant,
    ]);
    await taken.delete();
    // What is downloaded here is the same image.
    const parts = await Promise.all(found.files.map(async (file) => {
      return await new Response((await reader.download(file)).readable).bytes();
    }));
    assertEquals(await sha256(...parts), found.fingerprint);
    const [metadata, rootfs] = parts;
    const sent = await client.images.upload({ metadata: metadata!, rootfs: rootfs! });
    assertEquals(sent.fingerprint, found.fingerprint);
    await sent.delete();
  }
});
