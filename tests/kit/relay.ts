/**
 * A reverse proxy: the server over plain HTTP on loopback, as browsers and edge workers see one whose
 * certificate they cannot check themselves.
 *
 * @module
 */

/** A reverse proxy that runs. */
export interface Relay extends AsyncDisposable {
  /** Where it listens. */
  url: string;
}

/**
 * Puts the token in the query of a WebSocket's request into a header field: what older Incus, which
 * looks nowhere else, needs of a reverse proxy.
 */
function tokenIntoHeader(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let first = true;
  return new TransformStream({
    transform(chunk, controller) {
      if (!first) return controller.enqueue(chunk);
      first = false;
      const text = new TextDecoder("latin1").decode(chunk);
      const [line, token] = /^GET \S*[?&]access_token=([^& ]+)\S* HTTP\/1\.1\r\n/.exec(text) ?? [];
      if (!line) return controller.enqueue(chunk);
      const field = `authorization: Bearer ${decodeURIComponent(token!)}\r\n`;
      controller.enqueue(new TextEncoder().encode(line + field + text.slice(line.length)));
    },
  });
}

/** Passes connections on to the server of the URL. */
export function relayTo(server: { url: string; serverCert: string }): Relay {
  const { hostname, port } = new URL(server.url);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const passed: Promise<unknown>[] = [];
  const open = new Set<Deno.Conn>();
  const pass = async (near: Deno.Conn) => {
    const caCerts = [server.serverCert];
    const far = await Deno.connectTls({ hostname, port: Number(port), caCerts });
    open.add(near).add(far);
    // Each way ends by itself: a peer that has sent all may still read.
    await Promise.allSettled([
      near.readable.pipeThrough(tokenIntoHeader()).pipeTo(far.writable),
      far.readable.pipeTo(near.writable),
    ]);
    open.delete(near);
    open.delete(far);
  };
  const accepted = (async () => {
    for await (const near of listener) passed.push(pass(near));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepted;
      for (const connection of open) {
        try {
          connection.close();
        } catch {
          // It closed in the meantime.
        }
      }
      await Promise.all(passed);
    },
  };
}
