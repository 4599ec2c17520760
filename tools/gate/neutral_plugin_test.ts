import { assertEquals } from "@std/assert";
import plugin from "./neutral_plugin.ts";

function complaints(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, `/x/src/${path}`, source).map((it) => it.id);
}

Deno.test("Only connectors name a runtime", () => {
  const source = `/** Deno in a comment */ const text = "Deno"; Deno.pid; Bun.file(text);`;
  const id = "neutral/no-runtime-name";
  assertEquals(complaints("core/a.ts", source), [id, id]);
  assertEquals(complaints("connectors/a.ts", source), []);
});

Deno.test("Only connect(), connectors and remotes look at globalThis", () => {
  const source = `"Deno" in globalThis;`;
  assertEquals(complaints("core/a.ts", source), ["neutral/no-global-this"]);
  assertEquals(complaints("connect.ts", source), []);
  assertEquals(complaints("remotes/system.ts", source), []);
  assertEquals(complaints("remotes/places.ts", source), ["neutral/no-global-this"]);
});

Deno.test("Nothing is declared by `using`", () => {
  const source = `using a = b(); async () => { await using c = d(); }; const e = 1;`;
  const id = "neutral/no-using";
  assertEquals(complaints("core/a.ts", source), [id, id]);
});

Deno.test("Every import() names its module literally", () => {
  assertEquals(complaints("core/a.ts", `import("./b.ts");`), []);
  assertEquals(complaints("connectors/a.ts", `import(name);`), ["neutral/literal-import"]);
});
