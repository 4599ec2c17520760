import {
  assertEquals,
  assertInstanceOf,
  AssertionError,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { parseArgs } from "@std/cli";
import { concatReadableStreams, TextLineStream, toText } from "@std/streams";

Deno.test("@std/assert has types and fails where it must", async () => {
  // @ts-expect-error a number is no string
  assertThrows(() => assertEquals(1 as number, "1" as string), AssertionError);
  const error = await assertRejects(() => Promise.reject(new TypeError("no")), TypeError, "no");
  assertInstanceOf(error, TypeError);
  // @ts-expect-error the error has its own class
  error.status;
});

Deno.test("@std/streams has types and reads lines", async () => {
  const source = concatReadableStreams(ReadableStream.from(["a\nb"]), ReadableStream.from(["c\n"]));
  const lines = await Array.fromAsync(source.pipeThrough(new TextLineStream()));
  assertEquals(lines, ["a", "bc"]);
  const text: string = await toText(ReadableStream.from(lines));
  assertEquals(text, "abc");
  // @ts-expect-error no stream
  await assertRejects(() => toText(1));
});

Deno.test("@std/cli has types and parses", () => {
  const args = parseArgs(["--all", "--name=x", "rest"], {
    boolean: ["all"],
    string: ["name", "other"],
    default: { other: "y" },
  });
  const all: boolean = args.all;
  const other: string = args.other;
  const name: string | undefined = args.name;
  // @ts-expect-error a name that was not asked for
  args.nothing;
  assertEquals([all, name, other, args._], [true, "x", "y", ["rest"]]);
});
