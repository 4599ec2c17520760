import { assertEquals, assertRejects } from "@std/assert";
import type { FilledResult } from "../../src/connector.ts";
import { deferred } from "../../src/core/deferred.ts";
import { Passage } from "../../src/core/passage.ts";
import { collect } from "../../src/core/streams.ts";

/** A stream without an end, of either kind; tells what it was cancelled with. */
function endless(
  type: "bytes" | undefined,
): { source: ReadableStream<Uint8Array>; given: unknown[] } {
  const given: unknown[] = [];
  const source = new ReadableStream({
    type: type as "bytes",
    pull: (controller) => controller.enqueue(new Uint8Array(3)),
    cancel: (reason) => void given.push(reason),
  });
  return { source, given };
}

for (const type of ["bytes", undefined] as const) {
  const kind = type ?? "pieces";

  Deno.test(`A stream of ${kind} fails by what a watcher throws, and gives its source up`, async () => {
    const { source, given } = endless(type);
    const full = new Error("The screen is full");
    let seen = 0;
    const watcher = {
      update() {
        if (++seen === 3) throw full;
      },
      end() {},
    };
    const { readable } = new Passage(source, { watchers: [watcher] });
    assertEquals(await assertRejects(() => collect(readable)), full);
    assertEquals([seen, given], [3, [full]]);
  });

  Deno.test(`A stream of ${kind} that was given up has not ended`, async () => {
    const { source, given } = endless(type);
    let ended = false;
    const watcher = { update() {}, end: () => void (ended = true) };
    const passage = new Passage(source, { watchers: [watcher] });
    await passage.cancel("enough");
    await assertRejects(() => collect(passage.readable), TypeError, "the rest was given up");
    assertEquals([ended, given], [false, ["enough"]]);
  });
}

Deno.test("A read that waits for a reader's buffer to be filled learns that the rest was given up", async () => {
  const waiting = deferred<FilledResult>();
  const passage = new Passage({
    read: () => waiting.promise,
    cancel: () => Promise.resolve(waiting.reject(new Error("The connection was closed"))),
  }, { onFailure: () => new Error("The connection broke") });
  const reading = collect(passage.readable);
  await passage.cancel();
  await assertRejects(() => reading, TypeError, "the rest was given up");
});

Deno.test("All watchers see all bytes in order, and the end", async () => {
  const seen: string[] = [];
  const watcher = (name: string) => ({
    update: (bytes: Uint8Array) => void seen.push(`${name} ${new TextDecoder().decode(bytes)}`),
    end: () => void seen.push(`${name} ended`),
  });
  const source = new Blob(["abc"]).stream();
  const { readable } = new Passage(source, { watchers: [watcher("one"), watcher("two")] });
  assertEquals(await new Response(readable).text(), "abc");
  assertEquals(seen, ["one abc", "two abc", "one ended", "two ended"]);
});
