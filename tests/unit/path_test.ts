/** How names become paths. */
import { assertEquals, assertThrows } from "@std/assert";
import { lastName, nameIn, path, segment, withoutQuery, withQuery } from "../../src/core/path.ts";

Deno.test("every name is one segment", () => {
  assertEquals(path`/1.0/instances/${"a b"}/logs/${"x/y"}`, "/1.0/instances/a%20b/logs/x%2Fy");
  assertEquals(segment("../%2F?#é"), "..%2F%252F%3F%23%C3%A9");
  assertEquals(segment("..."), "...");
});

Deno.test("names that lead elsewhere or cannot be encoded are refused", () => {
  for (const name of ["", ".", ".."]) {
    assertThrows(() => segment(name), TypeError, "it would lead to another path");
    assertThrows(() => path`/x/${name}`, TypeError);
  }
  for (const name of ["\ud800", "a\udc00b"]) {
    assertThrows(() => segment(name), TypeError, "half of a surrogate pair");
  }
  // deno-lint-ignore no-explicit-any
  for (const name of [undefined, null, 7, {}] as any[]) {
    assertThrows(() => segment(name), TypeError, "a string is needed");
  }
});

Deno.test("a query is added to a path with and without one", () => {
  assertEquals(withQuery("/x", {}), "/x");
  assertEquals(withQuery("/x", { a: undefined }), "/x");
  assertEquals(withQuery("/x", { a: "1 &", b: true, c: 0 }), "/x?a=1+%26&b=true&c=0");
  assertEquals(withQuery("/x?y=1", { a: "é" }), "/x?y=1&a=%C3%A9");
});

Deno.test("a value that would be sent as another one is refused", () => {
  assertThrows(() => withQuery("/x", { project: "\ud800" }), TypeError, "Cannot use the project");
});

Deno.test("names are found in the server's URLs", () => {
  assertEquals(nameIn("/1.0/images/aliases/a%2Fb", "/1.0/images/aliases"), "a/b");
  assertEquals(nameIn("/1.0/images/aliases/a/b", "/1.0/images/aliases"), "a/b");
  assertEquals(nameIn("/1.0/x/y?project=p", "/1.0/z"), "y");
  assertEquals(lastName("/1.0/x/y%20z?project=p"), "y z");
  assertEquals(withoutQuery("/x?secret=1"), "/x");
});
