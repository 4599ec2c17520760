import { assertEquals, assertRejects } from "@std/assert";
import type { Connector } from "../../mod.ts";
import { denoUnixConnector } from "../../src/connectors/deno.ts";
import { Session } from "../../src/core/session.ts";

/** Runs a test against a server on a socket of its own. */
async function withServer(
  answer: (request: Request) => Promise<Response>,
  run: (session: Session) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const socket = `${directory}/s`;
  const server = Deno.serve({ path: socket, onListen() {} }, answer);
  const connector = denoUnixConnector({ socket });
  try {
    await run(new Session(connector, { dialect: "incus", extensions: new Set() }));
  } finally {
    connector.close();
    await server.shutdown();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("A stream that breaks while it is sent rejects with what it broke by", async () => {
  const read = async (request: Request) => {
    await request.arrayBuffer().catch(() => {});
    return new Response();
  };
  await withServer(read, async (session) => {
    const broken = new Error("The disk is gone");
    const bytes = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      pull: (controller) => controller.error(broken),
    });
    const error = await assertRejects(() => session.send("POST", "/1.0/images", { bytes }));
    assertEquals(error, broken);
  });
});

Deno.test("A stream that breaks rejects where the platform takes it for one that has ended", async () => {
  const connector: Connector = {
    address: "platform:",
    fetch: async (_path, { body } = {}) => {
      await new Response(body).arrayBuffer().catch(() => {});
      return new Response();
    },
    webSocket: () => Promise.reject(new Error("There is none")),
    close() {},
  };
  const session = new Session(connector, { dialect: "incus", extensions: new Set() });
  const broken = new Error("The disk is gone");
  const bytes = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(broken) });
  const error = await assertRejects(() => session.send("POST", "/1.0/images", { bytes }));
  assertEquals(error, broken);
});

Deno.test("A stream is cancelled when the server refuses it unread", async () => {
  const refuse = () => Promise.resolve(new Response(null, { status: 404 }));
  await withServer(refuse, async (session) => {
    const cancelled = Promise.withResolvers<void>();
    const bytes = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: () => cancelled.resolve(),
    });
    const response = await session.fetch("POST", "/1.0/images", { bytes });
    await response.body?.cancel();
    await cancelled.promise;
  });
});

Deno.test("A stream is cancelled when the call is aborted", async () => {
  const read = async (request: Request) => {
    await request.arrayBuffer().catch(() => {});
    return new Response();
  };
  await withServer(read, async (session) => {
    const stop = new AbortController();
    const cancelled = Promise.withResolvers<void>();
    const bytes = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(1000)),
      pull: () => stop.abort(new Error("Enough")),
      cancel: () => cancelled.resolve(),
    });
    const sent = session.send("POST", "/1.0/images", { bytes, signal: stop.signal });
    await assertRejects(() => sent, Error, "Enough");
    await cancelled.promise;
  });
});
