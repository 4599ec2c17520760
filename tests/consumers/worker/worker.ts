import { connect } from "@lxkit/client";
import { webConnector } from "@lxkit/client/web";

/** A binding to the server, as edge workers have it. */
interface Environment {
  LXD: { fetch: typeof fetch };
}

export default {
  async fetch(_request: Request, { LXD }: Environment): Promise<Response> {
    const connector = webConnector({ url: "http://lxd", fetch: (...args) => LXD.fetch(...args) });
    await using client = await connect({ connector });
    return Response.json(await client.instances.names());
  },
};
