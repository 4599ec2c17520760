// deno-lint-ignore-file no-console
import { type Client, connect, type Instance, NotFoundError } from "@lxkit/client";

async function names(client: Client): Promise<string[]> {
  const instances: Instance[] = await client.instances.list({ filter: "type eq container" });
  return instances.map(({ name, data }) => data.name === name ? name : data.status);
}

const client = await connect();
try {
  await client.instances.get("none").catch((error: unknown) => {
    if (!(error instanceof NotFoundError)) throw error;
  });
  console.log(JSON.stringify(await names(client)));
} finally {
  await client.close();
}
