/**
 * What this package does in each comparison. Every function gets ready, and gives what does the work
 * once; a time that it gives itself, in milliseconds, counts in place of what the work took.
 *
 * @module
 */

import { connect, type Connector } from "../../mod.ts";
import { drain, feed } from "./bytes.ts";
import { repeat } from "./repeat.ts";

type Work = Promise<() => Promise<number | void>>;

/** Reads one instance, so many times. */
export async function get(socket: string, calls: string, width: string): Work {
  const client = await connect({ socket });
  return () => repeat(() => client.instances.get("c1"), Number(calls), Number(width));
}

/** Lists all instances in one request. */
export async function list(socket: string, calls: string, recursion: "1" | "2"): Work {
  const client = await connect({ socket });
  const options = { recursion: Number(recursion) as 1 | 2 };
  const requests = countRequests(client.connector);
  return async () => {
    const before = requests();
    await repeat(() => client.instances.list(options), Number(calls), 1);
    const made = requests() - before;
    if (made !== Number(calls)) throw new Error(`Cannot measure: ${made} requests were made`);
  };
}

/** Waits for operations; what counts is how late their ends are known. */
export async function wait(socket: string, calls: string): Work {
  const client = await connect({ socket });
  return async () => {
    let late = 0;
    for (let left = Number(calls); left > 0; left--) {
      const { metadata } = await client.operations.at("0b1c").wait();
      late += performance.timeOrigin + performance.now() - Number(metadata?.ended);
    }
    return late;
  };
}

/** Runs a command that does nothing. */
export async function execTrue(socket: string): Work {
  const client = await connect({ socket });
  const instance = client.instances.at("bench");
  return async () => {
    const { code } = await instance.exec(["true"]);
    if (code !== 0) throw new Error(`Cannot measure: the command ended with ${code}`);
  };
}

/** Reads the output of a command. */
export async function execOutput(socket: string, size: string, ...command: string[]): Work {
  const client = await connect({ socket });
  const instance = client.instances.at("bench");
  return async () => {
    await using process = await instance.spawn(command);
    await Promise.all([drain(process.stdout, Number(size)), process.stderr.cancel()]);
  };
}

/** Feeds a command. */
export async function execInput(socket: string, file: string, ...command: string[]): Work {
  const client = await connect({ socket });
  const instance = client.instances.at("bench");
  return async () => {
    await using process = await instance.spawn(command);
    await Promise.all([
      feed(file, process.stdin),
      process.stdout.cancel(),
      process.stderr.cancel(),
    ]);
    const { code } = await process.status;
    if (code !== 0) throw new Error(`Cannot measure: the command ended with ${code}`);
  };
}

/** Writes a file into the container. */
export async function push(socket: string, file: string, path: string): Work {
  const client = await connect({ socket });
  const { files } = client.instances.at("bench");
  return async () => await files.write(path, (await Deno.open(file)).readable);
}

/** Reads a file out of the container. */
export async function pull(socket: string, size: string, path: string): Work {
  const client = await connect({ socket });
  const { files } = client.instances.at("bench");
  return async () => await drain((await files.open(path)).readable, Number(size));
}

/** Sends a tree of small files. */
export async function pushTree(socket: string, local: string, remote: string): Work {
  const client = await connect({ socket });
  const { files } = client.instances.at("bench");
  return async () => void await files.upload(local, remote);
}

/** Fetches a tree of small files. */
export async function pullTree(socket: string, remote: string, local: string): Work {
  const client = await connect({ socket });
  const { files } = client.instances.at("bench");
  return async () => void await files.download(remote, local);
}

/** Sends an image. */
export async function uploadImage(socket: string, file: string): Work {
  const client = await connect({ socket });
  return async () => {
    await client.images.upload({ file: (await Deno.open(file)).readable });
  };
}

/** Reads the file of an image, compared with its fingerprint or not. */
export async function exportImage(
  socket: string,
  size: string,
  fingerprint: string,
  check: string,
): Work {
  const client = await connect({ socket });
  const image = client.images.at(fingerprint);
  return async () => {
    for await (const file of image.export({ verify: check === "checked" })) {
      await drain(file.readable, Number(size));
    }
  };
}

/** Counts what goes over a connector from now on. */
function countRequests(connector: Connector): () => number {
  let count = 0;
  const fetch = connector.fetch.bind(connector);
  connector.fetch = (path, request) => {
    count++;
    return fetch(path, request);
  };
  return () => count;
}
