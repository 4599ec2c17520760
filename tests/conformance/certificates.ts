import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ApiError, NotFoundError, OperationError } from "../../mod.ts";
import { defineCase } from "../kit/case.ts";
import { assertUnsupported, during } from "../kit/during.ts";

/** Certificates whose keys nobody has. */
const PEMS = [
  `-----BEGIN CERTIFICATE-----
MIIBcjCCARegAwIBAgIQAfLg+hH8i4jgjebQaypF9DAKBggqhkjOPQQDAjAXMRUw
EwYDVQQDDAxseGtpdCB0ZXN0IDEwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEw
MDAwMDBaMBcxFTATBgNVBAMMDGx4a2l0IHRlc3QgMTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABJHIJSuy9vfTuAkmHxaV/vadEhTawhMrbP63SPptHFct+7pWqnaT
2rggesCy7erZ/8R/cJMSGCSWQ6o3By58pw6jQzBBMAsGA1UdDwQEAwIHgDATBgNV
HSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQUxiuee2MH7Va9AlecXb1iyaVKaW8w
CgYIKoZIzj0EAwIDSQAwRgIhAPcS3ZBUX/RQRAL8Qx6E/B/Or9n2/MF5aY4ztPoS
YSlKAiEA2jsjjic7314GEFCGowwCADoTkjg7eqYDqdQFaJXFAEc=
-----END CERTIFICATE-----
`,
  `-----BEGIN CERTIFICATE-----
MIIBcjCCARigAwIBAgIRAIpAylootzeHS+56/znz7SowCgYIKoZIzj0EAwIwFzEV
MBMGA1UEAwwMbHhraXQgdGVzdCAyMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
MDAwMDAwWjAXMRUwEwYDVQQDDAxseGtpdCB0ZXN0IDIwWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAATQSFQiRYn0pXeF2k0MStmg7devct+/MQVGunOBx/l3A8udAe+l
/dl6DQDFbBYqcoMFcPxdoKUQ9C9vo3QPCd12o0MwQTALBgNVHQ8EBAMCB4AwEwYD
VR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0OBBYEFMXwIsZpghG5clcUkuEntKzBkTBM
MAoGCCqGSM49BAMCA0gAMEUCIA/fblwQPC6eEzRK+w44EwxFGNJX/0bpOw7apInk
ai9qAiEA0hLF+9/msoPVvVgU9xakl8Jvwe6i4lY2lmP2Mg2PzIY=
-----END CERTIFICATE-----
`,
  `-----BEGIN CERTIFICATE-----
MIIBcTCCARegAwIBAgIQfaeFyf4E5RCW8J0qEDytxzAKBggqhkjOPQQDAjAXMRUw
EwYDVQQDDAxseGtpdCB0ZXN0IDMwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEw
MDAwMDBaMBcxFTATBgNVBAMMDGx4a2l0IHRlc3QgMzBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABJp3ouLyVKPZDEC9JQOxTyeAOzxYXjvMCeCdAdpB3tbogfUExc4d
3m/k0n7oAiPDl6NrfiNEOBdrcU7Q91OFpy+jQzBBMAsGA1UdDwQEAwIHgDATBgNV
HSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQUkcm+CVIzH+lS6VrGb0Yiglyz7aQw
CgYIKoZIzj0EAwIDSAAwRQIhAPoNMFMV+CoEX9+uSNoiSYzFDPfATJeEko6C/Xuo
F4ynAiAeXJtkFIoKNJEEpjgttfkQD+F0hvw/CmnYwlZOd4tYAg==
-----END CERTIFICATE-----
`,
] as const;

function bodyOf(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----/g, "").trim();
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(bodyOf(pem)), (character) => character.charCodeAt(0));
}

async function fingerprintOf(pem: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", derOf(pem)));
  // `toHex()` is not in Node 24.
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

defineCase("Certificates are trusted from PEM, DER and base64, of every kind", async (context) => {
  const { certificates } = context.client;
  const forms = [
    { type: "client", certificate: PEMS[0] },
    { type: "metrics", certificate: derOf(PEMS[1]) },
    { type: "server", certificate: bodyOf(PEMS[2]) },
  ];
  for (const [index, form] of forms.entries()) {
    const name = context.name("cert");
    await during(certificates.create({ name, ...form }), async (certificate) => {
      assertEquals(certificate.name, await fingerprintOf(PEMS[index]!));
      assertEquals([certificate.data.name, certificate.data.type], [name, form.type]);
      assertEquals(bodyOf(certificate.data.certificate), bodyOf(PEMS[index]!));
      await assertRejects(() => certificates.create({ name, ...form }), ApiError);
    });
    assertEquals(await certificates.exists(await fingerprintOf(PEMS[index]!)), false);
  }
});

defineCase("A certificate is seen, changed, restricted and deleted", async ({ client, name }) => {
  const { certificates } = client;
  const making = certificates.create({ name: name("cert"), certificate: PEMS[0] });
  await during(making, async (certificate) => {
    assertEquals(certificate.data.type, "client");
    assert((await certificates.names()).includes(certificate.name));
    const listed = (await certificates.list()).find((it) => it.name === certificate.name)!;
    assertEquals(listed.data.name, certificate.data.name);
    await certificate.edit((it) => {
      it.restricted = true;
      it.projects = ["default"];
    });
    await certificate.patch({ name: "patched" });
    const read = await certificates.get(certificate.name);
    assertEquals(
      [read.data.restricted, read.data.projects, read.data.name],
      [true, ["default"], "patched"],
    );
    read.data.name = "saved";
    await read.save();
    assertEquals((await certificate.refresh()).data.name, "saved");
    const filter = `fingerprint eq ${certificate.name}`;
    if (client.hasExtension("api_filtering_extended")) {
      assertEquals((await certificates.list({ filter })).length, 1);
      assertEquals(await certificates.names({ filter: `${filter}0` }), []);
    } else {
      await assertUnsupported("api_filtering_extended", () => certificates.list({ filter }));
    }
    await certificate.delete();
    await assertRejects(() => certificates.get(certificate.name), NotFoundError);
  });
});

defineCase("What is no certificate is refused and not shown", ({ client }) => {
  const key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBM=\n-----END PRIVATE KEY-----";
  const { message } = assertThrows(
    () => client.certificates.create({ certificate: key }),
    TypeError,
    "it is no certificate in PEM",
  );
  assertEquals(message.includes("MIGH"), false);
  return Promise.resolve();
});

defineCase("A trust token is issued, read and taken back", async ({ client, name }) => {
  const { certificates, operations } = client;
  const holder = name("laptop");
  const { text, content, operation } = await certificates.createToken({
    name: holder,
    restricted: true,
    projects: ["default"],
  });
  try {
    assertEquals(content.client_name, holder);
    assertEquals(content.fingerprint, client.server.data.environment.certificate_fingerprint);
    assertEquals(content.addresses.length > 0, true);
    assertEquals(content.secret.length, 64);
    assertEquals(certificates.parseToken(` ${text}\n`), content);
    assert((await operations.list()).some((it) => it.id === operation!.id));
  } finally {
    await operation!.cancel();
  }
  await assertRejects(() => operation!.wait(), OperationError, "Cancelled");
  const wrong = assertThrows(() => certificates.parseToken("c2VjcmV0"), TypeError, "the token");
  assertEquals(wrong.message.includes("c2VjcmV0"), false);
});
