/**
 * A connector that writes down what comes over its WebSockets.
 *
 * @module
 */

import type { ChannelMessage, Connector } from "../../mod.ts";
import { replaced } from "./replaced.ts";

/** What came over WebSockets: one list for each, in the order in which they were opened. */
export type Record = ChannelMessage[][];

/** The same connector, which writes down each message when it comes. */
export function tapped(connector: Connector, record: Record): Connector {
  return {
    address: connector.address,
    fetch: (path, request) => connector.fetch(path, request),
    close: () => connector.close(),
    async webSocket(path, options) {
      const channel = await connector.webSocket(path, options);
      const messages: ChannelMessage[] = [];
      record.push(messages);
      const note = new TransformStream<ChannelMessage, ChannelMessage>({
        transform(message, controller) {
          messages.push(message);
          controller.enqueue(message);
        },
      });
      return replaced(channel, { readable: channel.readable.pipeThrough(note) });
    },
  };
}
