/**
 * Proves mutations by what they send, answered by a server that finishes at once and by one that goes on
 * in the background.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Client, connect } from "../../mod.ts";
import {
  background,
  FakeConnector,
  type FakeServer,
  operationData,
  succeeded,
  sync,
} from "./fake_connector.ts";

/** One mutation. */
export interface MutationCase {
  /** The route that it sends to, such as `PUT /1.0/profiles/web`. */
  route: string;
  /** Does it. */
  run(client: Client): PromiseLike<unknown>;
  /** The body that is to arrive; none by default. */
  body?: unknown;
  /** The query that is to arrive; none by default. */
  query?: Record<string, string>;
  /** What the server answers with, which then it does at once alone. */
  answer?: unknown;
  /** What the server tells of the result, in its answer or in the operation as it ended. */
  told?: Record<string, unknown>;
  /** What the mutation is to resolve to; where it is left out, that is not looked at. */
  result?: unknown;
}

/** What the mutations of a table have in common. */
export interface MutationServer extends FakeServer {
  /** What `GET` answers, by path. */
  reads?: Record<string, unknown>;
}

const WAIT = "GET /1.0/operations/0b1c/wait";

/** Registers each mutation of a table twice, once for each way to answer. */
export function mutationTests(server: MutationServer, table: readonly MutationCase[]): void {
  for (const it of table) {
    const answers = {
      "at once": sync(it.answer ?? it.told),
      "in the background": background(operationData()),
    };
    for (const [way, answer] of Object.entries(answers)) {
      if (way !== "at once" && it.answer !== undefined) continue;
      const body = it.body === undefined ? "" : ` ${JSON.stringify(it.body)}`;
      Deno.test(`${it.route}${body} is answered ${way}`, async () => {
        const connector = new FakeConnector(server);
        for (const [path, data] of Object.entries(server.reads ?? {})) {
          connector.on(`GET ${path}`, sync(data, { etag: "v1" }));
        }
        connector.on(WAIT, sync(succeeded({ metadata: it.told ?? null })));
        connector.on(it.route, answer);
        await using client = await connect({ connector });
        const result = await it.run(client);
        const sent = connector.sent(it.route);
        assertEquals(sent.map(({ json }) => json), [it.body]);
        assertEquals(Object.fromEntries(sent[0]!.query), it.query ?? {});
        assertEquals(connector.sent(WAIT).length, way === "at once" ? 0 : 1);
        if ("result" in it) assertEquals(result, it.result);
      });
    }
  }
}
