/** What a client proves itself by is checked before anything is dialled. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { httpsConnector } from "../../../src/connectors/https.ts";
import { makeCertificate } from "../../kit/trust.ts";

Deno.test("a certificate and key that cannot be used together are refused", async () => {
  const { cert, key } = await makeCertificate({ name: "a" });
  const other = await makeCertificate({ name: "b" });
  const make = (identity: { cert?: string; key?: string }) =>
    httpsConnector({ url: "https://127.0.0.1:1", ...identity });
  for (const identity of [{}, { cert, key }, { cert: cert + other.cert, key }]) {
    make(identity).close();
  }
  const together = "Cannot use the client certificate: cert and key have to come together";
  const unreadable = "Cannot read key: it is no private key in PEM, or is encrypted";
  for (
    const [identity, message] of [
      [{ cert }, together],
      [{ key }, together],
      [{ cert: "x", key }, "Cannot read cert: it is no certificate in PEM"],
      [{ cert, key: "5ecre7" }, unreadable],
      [{ cert, key: cert }, unreadable],
      [{ cert, key: other.key }, "Cannot use the client certificate: the key is not of it"],
    ] as const
  ) {
    const error = assertThrows(() => make(identity), TypeError);
    assertEquals(error.message, message);
    for (const line of [...key.split("\n").slice(1, 3), "5ecre7"]) {
      assert(!Deno.inspect(error, { showHidden: true }).includes(line));
    }
  }
});
