/** How the web connector tells how much of an upload was sent: by a scripted `XMLHttpRequest`. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { webConnector } from "../../../src/connectors/web.ts";
import { ConnectionError } from "../../../src/errors.ts";

/** A request that does what the test tells it to. */
class ScriptedXhr extends EventTarget {
  static script: (xhr: ScriptedXhr) => void;
  static last: ScriptedXhr;
  readonly upload = new EventTarget();
  readonly headers: Record<string, string> = {};
  readonly opened: string[] = [];
  body: unknown;
  responseType = "";
  withCredentials = false;
  status = 200;
  statusText = "OK";
  response: ArrayBuffer | null = new TextEncoder().encode("{}").buffer;

  constructor() {
    super();
    ScriptedXhr.last = this;
  }

  open(...args: string[]): void {
    this.opened.push(...args);
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  getAllResponseHeaders(): string {
    return "etag: 1\r\nx-a: b: c\r\n";
  }

  send(body: unknown): void {
    this.body = body;
    queueMicrotask(() => ScriptedXhr.script(this));
  }

  abort(): void {
    this.end("abort");
  }

  sent(type: "progress" | "load", loaded: number): void {
    this.upload.dispatchEvent(Object.assign(new Event(type), { loaded }));
  }

  end(type: "load" | "error" | "abort"): void {
    this.dispatchEvent(new Event(type));
    this.dispatchEvent(new Event("loadend"));
  }
}

async function withXhr(script: (xhr: ScriptedXhr) => void, run: () => Promise<void>) {
  ScriptedXhr.script = script;
  Object.assign(globalThis, { XMLHttpRequest: ScriptedXhr });
  try {
    await run();
  } finally {
    Reflect.deleteProperty(globalThis, "XMLHttpRequest");
  }
}

const body = new File(["0123456789"], "x");

Deno.test("a File goes untouched by XMLHttpRequest where its progress is asked for", async () => {
  const told: number[] = [];
  const script = (xhr: ScriptedXhr) => {
    for (const loaded of [4, 10]) xhr.sent("progress", loaded);
    xhr.sent("load", 10);
    xhr.end("load");
  };
  await withXhr(script, async () => {
    const connector = webConnector({ url: "https://host/lxd", headers: { "x-own": "o" } });
    const headers = { "content-type": "application/octet-stream" };
    const onSent = (bytes: number) => void told.push(bytes);
    const response = await connector.fetch("/1.0/x", { method: "POST", headers, body, onSent });
    const { last } = ScriptedXhr;
    assertEquals(last.opened, ["POST", "https://host/lxd/1.0/x"]);
    assert(last.body === body);
    assertEquals(last.headers, { "x-own": "o", ...headers });
    assertEquals(last.withCredentials, false);
    assertEquals([...response.headers], [["etag", "1"], ["x-a", "b: c"]]);
    assertEquals([response.status, await response.text()], [200, "{}"]);
  });
  assertEquals(told, [4, 10]);
});

Deno.test("what ends a followed upload is told as what it is", async () => {
  const onSent = () => {};
  const post = (more: object = {}, options: object = {}) =>
    webConnector({ url: "https://host", ...options })
      .fetch("/1.0/x", { method: "POST", body, onSent, ...more });
  await withXhr((xhr) => xhr.end("error"), async () => {
    const words = "Cannot reach https://host: the platform does not tell why";
    assertEquals((await assertRejects(() => post(), ConnectionError)).message, words);
    await assertRejects(() => post({}, { credentials: "include" }), ConnectionError);
    assertEquals(ScriptedXhr.last.withCredentials, true);
  });
  const mine = new Error("mine");
  const stop = new AbortController();
  await withXhr(() => stop.abort(mine), async () => {
    const { signal } = stop;
    assertEquals(await post({ signal }).catch((error) => error), mine);
    assertEquals(await post({ signal }).catch((error) => error), mine);
  });
  const thrown = () => {
    throw mine;
  };
  await withXhr((xhr) => xhr.sent("load", 10), async () => {
    assertEquals(await post({ onSent: thrown }).catch((error) => error), mine);
  });
  await withXhr((xhr) => {
    xhr.status = 204;
    xhr.end("load");
  }, async () => assertEquals((await post()).body, null));
});

Deno.test("where nothing tells it as it goes, it is told at the end", async () => {
  for (const way of ["own fetch", "omit"]) {
    const told: number[] = [];
    const bodies: unknown[] = [];
    const fetch = (_: string, init?: RequestInit) => {
      bodies.push(init!.body);
      return Promise.resolve(new Response());
    };
    const platform = globalThis.fetch;
    if (way === "omit") globalThis.fetch = fetch as typeof platform;
    try {
      await withXhr(() => {}, async () => {
        const options = way === "omit" ? { credentials: "omit" as const } : { fetch };
        const connector = webConnector({ url: "https://host", ...options });
        const onSent = (bytes: number) => void told.push(bytes);
        await connector.fetch("/1.0/x", { method: "POST", body, onSent });
      });
    } finally {
      globalThis.fetch = platform;
    }
    assert(bodies[0] === body, way);
    assertEquals(told, [10], way);
  }
});
