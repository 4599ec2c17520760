/**
 * What a GET through this package costs beside a bare `fetch` that reads the same body as JSON, from a
 * responder that costs both the same. Prints milliseconds per request, and their ratio.
 *
 *     deno task bench requests
 *
 * @module
 */

import { type Client, connect } from "../mod.ts";
import { head, median, row } from "./measure.ts";

const ROUNDS = 25;
const COUNT = 320;

/** One kind of request, made in both ways. */
interface Subject {
  name: string;
  bare: () => Promise<unknown>;
  ours: () => Promise<unknown>;
}

/** Milliseconds per request of a block of requests, `width` at once. */
async function time(request: () => Promise<unknown>, width: number): Promise<number> {
  let left = COUNT;
  const worker = async () => {
    while (left-- > 0) await request();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: width }, worker));
  return (performance.now() - start) / COUNT;
}

/** Both ways in turns, so that whatever else the machine does meets both alike. */
async function compare({ name, bare, ours }: Subject, width: number): Promise<void> {
  const times: { bare: number[]; ours: number[] } = { bare: [], ours: [] };
  for (let round = -2; round < ROUNDS; round++) {
    const pair = [await time(bare, width), await time(ours, width)] as const;
    // The first rounds warm up.
    if (round < 0) continue;
    times.bare.push(pair[0]);
    times.ours.push(pair[1]);
  }
  const [a, b] = [median(times.bare), median(times.ours)];
  const way = width === 1 ? "one after another" : `${width} at once`;
  row(name, way, a.toFixed(3), b.toFixed(3), (b / a).toFixed(2));
}

async function measure(client: Client, socket: string): Promise<void> {
  // The same as the connector's own: each request dials anew.
  using http = Deno.createHttpClient({
    proxy: { transport: "unix", path: socket },
    poolMaxIdlePerHost: 0,
  });
  const bare = (path: string) => async () => {
    const response = await fetch(`http://127.0.0.1${path}`, { client: http });
    return (await response.json()).metadata;
  };
  const subjects: Subject[] = [
    {
      name: "one instance",
      bare: bare("/1.0/instances/c1"),
      ours: () => client.instances.get("c1"),
    },
    {
      name: "a list of 50",
      bare: bare("/1.0/instances?recursion=1"),
      ours: () => client.instances.list(),
    },
  ];
  head("GET", "how", "bare fetch, ms", "this package, ms", "ratio");
  for (const subject of subjects) {
    for (const width of [1, 32]) await compare(subject, width);
  }
}

const directory = await Deno.makeTempDir({ prefix: "lxkit-" });
const socket = `${directory}/s`;
const responder = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", new URL("responder.ts", import.meta.url).pathname, socket],
  stdout: "piped",
}).spawn();
try {
  for await (const _ of responder.stdout) break;
  await using client = await connect({ socket });
  await measure(client, socket);
} finally {
  responder.kill();
  await responder.status;
  await Deno.remove(directory, { recursive: true });
}
