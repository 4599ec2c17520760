/** What is read of the configuration of `lxc` and `incus`, whatever is in the file. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { ConfigurationError, LxkitError } from "../../mod.ts";
import { ConfigFile, type RemoteFields } from "../../src/remotes/config_file.ts";
import { LOCAL, mergeRemotes } from "../../src/remotes/remote.ts";
import { property, typedError } from "./fuzz.ts";

const PATH = "/home/ada/.config/incus/config.yml";

const word = fc.oneof(
  fc.constantFrom("local", "10", "yes", "null", "~", "- a", "a: b", "#", "*a", "__proto__", "a\nb"),
  fc.string({ unit: "grapheme", minLength: 1 }),
);
const filled = word.filter((it) => it.trim() !== "");
const remote: fc.Arbitrary<RemoteFields> = fc.record({
  addr: fc.oneof(fc.constantFrom("unix://", "https://10.0.0.5:8443,https://[::1]:8443"), filled),
  auth_type: word,
  last_working_address: word,
  project: word,
  protocol: word,
  public: fc.constantFrom("true", "false"),
}, { requiredKeys: ["addr"] });
const remotes = fc.array(fc.tuple(word, remote), { maxLength: 4 });

/** A file as the tools write it, with comments and unknown keys, and a piece of YAML put somewhere. */
const damagedFile = fc.tuple(
  remotes,
  fc.nat(),
  fc.nat(4),
  fc.oneof(
    word,
    fc.constantFrom("\t", "\n", ": ", "&a ", "*a", "<<: *a", "? ", "!!binary ", "{", "[", '"'),
  ),
).map(([remotes, at, drop, put]) => {
  const text = written(remotes);
  const place = at % (text.length + 1);
  return text.slice(0, place) + put + text.slice(place + drop);
});

function attempt<T>(run: () => T): T | LxkitError {
  try {
    return run();
  } catch (error) {
    return typedError(error);
  }
}

function written(remotes: readonly (readonly [string, RemoteFields])[]): string {
  let text = "# mine\ndefault-remote: local\naliases:\n  ll: list\nremotes: {}\n";
  for (const [name, fields] of remotes) text = new ConfigFile(PATH, text).with(name, fields);
  return text;
}

property(
  "a remote that is written is read as it was, and taken out again",
  [remotes, word, remote],
  (remotes, name, fields) => {
    const others = remotes.filter(([other]) => other !== name);
    const before = written(others);
    const file = new ConfigFile(PATH, new ConfigFile(PATH, before).with(name, fields));
    assertEquals(file.remotes, new Map([...others, [name, fields]]));
    assertEquals(file.defaultRemote, "local");
    const after = file.without(name);
    assert(after.startsWith("# mine\n"));
    assertEquals(new ConfigFile(PATH, after).remotes, new Map(others));
  },
  50,
);

property("a file is read as remotes, or refused with its path and line", [
  fc.oneof(damagedFile, fc.string({ unit: "binary" })),
], (text) => {
  const file = attempt(() => new ConfigFile(PATH, text));
  if (file instanceof LxkitError) {
    assert(file instanceof ConfigurationError);
    assert(file.message.startsWith(`Cannot read "${PATH}": line `), file.message);
    return;
  }
  for (const fields of file.remotes.values()) assert(fields.addr.trim());
  for (const dialect of ["lxd", "incus"] as const) {
    const merged = mergeRemotes({ dialect, user: file.remotes, global: undefined });
    assert(merged.has(LOCAL));
    for (const { addresses } of merged.values()) assert(Array.isArray(addresses));
  }
  // What cannot be written back is said to be so.
  const changed = attempt(() => file.with("new", { addr: "unix://" }));
  if (typeof changed === "string") assert(new ConfigFile(PATH, changed).remotes.has("new"));
  else assert(changed instanceof ConfigurationError);
}, 50);
