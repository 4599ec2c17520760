import { assert, assertEquals } from "@std/assert";
import {
  ApiError,
  type Client,
  connect,
  ConnectionError,
  type EventStream,
  NotFoundError,
  OperationError,
  UnsupportedError,
} from "../../mod.ts";
import { makeCertificate } from "../kit/trust.ts";
import { type Section, section } from "./section.ts";

const closing = (it: AsyncDisposable) => it[Symbol.asyncDispose]();

const main: Section = section({
  title: "Client",
  about:
    "`client` is what `connect()` gives. `await using client = await connect()` closes it at " +
    "the end of the block. What `client.events()` gives is iterated by `for await`.",
  async given({ client, daemon, access }) {
    const { text: token } = await client.certificates.createToken({ name: "laptop" });
    const laptop = await makeCertificate({ name: "laptop" });
    return { client, token, laptop, socket: daemon.socket, ...access };
  },
  rows: [
    ["Client()", async () => await connect(), closing],
    [
      "Client(endpoint='/run/lxd/unix.socket')",
      async ({ socket }) => await connect({ socket }),
      closing,
    ],
    [
      "Client(endpoint=url, cert=(crt, key), verify=server_crt)",
      async ({ url, cert, key, serverCert }) => await connect({ url, cert, key, serverCert }),
      closing,
    ],
    [
      "client.authenticate(token)",
      async ({ token, laptop }) => await connect({ token, ...laptop }),
      closing,
    ],
    [
      "Client(project='ci')",
      ({ client }) => client.project("ci"),
      (it: Client) => assertEquals(it.scope.project, "ci"),
    ],
    ["Client(timeout=5)", async ({ client }) => await client.instances.list({ timeout: 5000 })],
    [
      "client.host_info",
      ({ client }) => client.server.data,
      (it) => assertEquals(it.api_version, "1.0"),
    ],
    ["client.trusted", ({ client }) => client.server.trusted, assert],
    [
      "client.server_clustered",
      ({ client }) => client.server.clustered,
      (it) => assertEquals(it, false),
    ],
    [
      "client.resources",
      async ({ client }) => await client.server.resources(),
      (it) => assert(it.cpu.total > 0),
    ],
    [
      "client.has_api_extension('projects')",
      ({ client }) => client.hasExtension("projects"),
      assert,
    ],
    ["client.events()", ({ client }) => client.events(), async (it: EventStream) => {
      await it.opened;
      await it.close();
    }],
    [
      "client.events(event_types={EventType.Lifecycle})",
      ({ client }) => client.events({ types: ["lifecycle"] }),
      closing,
    ],
  ],
});

const tree: Section = section({
  title: "The raw tree",
  about:
    "The tree gives a plain `Response`, whatever its status. `client.raw` takes any route of " +
    "the API, typed, waits for operations and throws errors.",
  given: ({ client }) => ({ client }),
  rows: [
    [
      "client.api.get().json()",
      async ({ client }) => await (await client.api.get()).json(),
      (it) => assertEquals(it.metadata.api_version, "1.0"),
    ],
    [
      "client.api.profiles['default'].get()",
      async ({ client }) => await client.api("profiles")("default").get(),
      async (it: Response) => assertEquals((await it.json()).metadata.name, "default"),
    ],
    [
      "client.api.storage_pools.get(params={'recursion': 1})",
      async ({ client }) => await client.api("storage-pools").get({ query: { recursion: 1 } }),
      async (it: Response) => assertEquals((await it.json()).metadata[0].name, "default"),
    ],
    [
      "client.api.profiles.post(json={'name': 'raw'})",
      async ({ client }) => await client.raw("POST /1.0/profiles", { body: { name: "raw" } }),
    ],
    [
      "client.api.profiles['raw'].delete()",
      async ({ client }) =>
        await client.raw("DELETE /1.0/profiles/{name}", { path: { name: "raw" } }),
    ],
  ],
});

async function caught(call: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("Cannot give the error: there was none");
}

const errors: Section = section({
  title: "Exceptions",
  about:
    "All errors are `LxkitError`, and `error.code` tells them apart as well as the class does.",
  async given({ client }) {
    const broken = () => client.instances.create({ source: { type: "image", alias: "missing" } });
    const error = await caught(() => client.instances.get("missing"));
    return {
      error,
      failure: await caught(broken),
      unconnected: await caught(() => connect({ socket: "/missing" })),
      unsupported: await caught(async () => await client.auth.groups.list()),
    };
  },
  rows: [
    ["pylxd.exceptions.NotFound", ({ error }) => error instanceof NotFoundError, assert],
    [
      "pylxd.exceptions.LXDAPIException",
      ({ error }) => error instanceof ApiError && error.serverMessage,
      assert,
    ],
    [
      "pylxd.exceptions.LXDAPIException of an operation",
      ({ failure }) => failure instanceof OperationError,
      () => {},
    ],
    [
      "pylxd.exceptions.ClientConnectionFailed",
      ({ unconnected }) => unconnected instanceof ConnectionError && unconnected.reason,
      (it) => assertEquals(it, "socket-missing"),
    ],
    [
      "pylxd.exceptions.LXDAPIExtensionNotAvailable",
      ({ unsupported }) => unsupported instanceof UnsupportedError && unsupported.extension,
      (it) => assertEquals(it, "access_management"),
    ],
  ],
});

/** `pylxd.Client`, its raw tree and its exceptions. */
export const clientSections: Section[] = [main, tree, errors];
