/// <reference lib="dom" />
import { connect } from "@lxkit/client";

await using client = await connect({ url: location.href });
document.title = JSON.stringify(await client.instances.names());
