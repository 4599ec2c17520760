import { assertEquals } from "@std/assert";
import { judge } from "./layers.ts";

const edge = (from: string, to: string, dynamic = false) => ({ from, to, dynamic });

Deno.test("The layers allow what lies above and peers", () => {
  assertEquals(judge(edge("mod.ts", "src/client.ts")), undefined);
  assertEquals(judge(edge("src/core/task.ts", "src/errors.ts")), undefined);
  assertEquals(judge(edge("src/resources/a.ts", "src/resources/b.ts")), undefined);
  assertEquals(judge(edge("src/connect.ts", "src/connectors/deno.ts", true)), undefined);
  assertEquals(judge(edge("src/trust/a.ts", "npm:@peculiar/x509@^1.14.0")), undefined);
});

Deno.test("The layers forbid what lies below, edges among each other, and the outside", () => {
  const forbidden = [
    edge("src/types/a.ts", "src/errors.ts"),
    edge("src/core/task.ts", "src/resources/a.ts"),
    edge("src/resources/a.ts", "src/client.ts"),
    edge("src/connectors/web.ts", "src/resources/a.ts"),
    edge("src/connect.ts", "src/connectors/deno.ts"),
    edge("src/testing/simulator/a.ts", "src/errors.ts"),
    edge("src/remotes/a.ts", "src/simplestreams/a.ts"),
    edge("src/core/task.ts", "node:fs"),
    edge("src/core/task.ts", "npm:@peculiar/x509@^1.14.0"),
    edge("mod.ts", "jsr:@std/assert@^1", true),
    edge("src/stray.ts", "src/errors.ts"),
  ];
  for (const it of forbidden) assertEquals(typeof judge(it), "string", `${it.from} -> ${it.to}`);
});
