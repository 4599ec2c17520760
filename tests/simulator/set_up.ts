import type { Simulator } from "../../src/testing/mod.ts";
import { tarball } from "../kit/tarball.ts";

const METADATA = `architecture: x86_64
creation_date: 1700000000
properties:
  description: Busybox for tests
  os: busybox
  release: test
`;

/** Gives a simulator what the kit gives to every daemon. */
export async function setUp(simulator: Simulator): Promise<void> {
  const send = async (method: string, path: string, body: BodyInit, type: string) => {
    const headers = { "content-type": type };
    const request = new Request(`http://127.0.0.1${path}`, { method, headers, body });
    const answer = await (await simulator.handle(request)).json();
    if (answer.type !== "async") return answer.metadata;
    const wait = new Request(`http://127.0.0.1${answer.operation}/wait`);
    return (await (await simulator.handle(wait)).json()).metadata.metadata;
  };
  const json = (method: string, path: string, body: unknown) =>
    send(method, path, JSON.stringify(body), "application/json");
  const root = { type: "disk", path: "/", pool: "default" };
  await json("PUT", "/1.0/profiles/default", { config: {}, devices: { root } });
  const image = tarball({ "metadata.yaml": METADATA, "rootfs/": "" });
  const { fingerprint } = await send("POST", "/1.0/images", image, "application/octet-stream");
  await json("POST", "/1.0/images/aliases", { name: "busybox", target: fingerprint });
}
