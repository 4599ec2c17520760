import { assertEquals } from "@std/assert";
import { localSockets } from "../../../src/connectors/local/sockets.ts";

function paths(env: Record<string, string>): string[] {
  return localSockets((name) => env[name]).map(({ dialect, path }) => `${dialect} ${path}`);
}

Deno.test("without variables the default places of both daemons are looked at in order", () => {
  assertEquals(paths({}), [
    "incus /run/incus/unix.socket",
    "incus /run/incus/unix.socket.user",
    "incus /var/lib/incus/unix.socket",
    "incus /var/lib/incus/unix.socket.user",
    "lxd /var/snap/lxd/common/lxd/unix.socket",
    "lxd /var/lib/lxd/unix.socket",
  ]);
});

Deno.test("a variable that is set rules the default places out", () => {
  assertEquals(paths({ LXD_SOCKET: "/a" }), ["lxd /a"]);
  assertEquals(paths({ LXD_DIR: "/d" }), ["lxd /d/unix.socket"]);
  assertEquals(paths({ LXD_DIR: "/d//" }), ["lxd /d/unix.socket"]);
  assertEquals(paths({ INCUS_SOCKET: "/b" }), ["incus /b"]);
  assertEquals(paths({ INCUS_DIR: "/e" }), [
    "incus /e/unix.socket",
    "incus /e/unix.socket.user",
  ]);
});

Deno.test("the variable of a socket goes before the one of a directory", () => {
  assertEquals(paths({ LXD_SOCKET: "/a", LXD_DIR: "/d" }), ["lxd /a"]);
  assertEquals(paths({ LXD_SOCKET: "/a", INCUS_SOCKET: "/b" }), ["incus /b", "lxd /a"]);
});

Deno.test("of one daemon alone neither the variables nor the places of the other count", () => {
  const only = (dialect: "lxd" | "incus", env: Record<string, string>) =>
    localSockets((name) => env[name], dialect).map(({ path }) => path);
  const lxd = ["/var/snap/lxd/common/lxd/unix.socket", "/var/lib/lxd/unix.socket"];
  assertEquals(only("lxd", {}), lxd);
  assertEquals(only("lxd", { INCUS_SOCKET: "/b" }), lxd);
  assertEquals(only("incus", { INCUS_SOCKET: "/b", LXD_SOCKET: "/a" }), ["/b"]);
});

Deno.test("an empty variable is as good as none", () => {
  assertEquals(paths({ LXD_SOCKET: "", LXD_DIR: "", INCUS_DIR: "" }), paths({}));
});

Deno.test("each place tells why it is looked at, and whether it serves each user alone", () => {
  const sockets = localSockets((name) => name === "INCUS_DIR" ? "/e" : undefined);
  assertEquals(sockets.map(({ why, perUser }) => [why, perUser]), [
    ["$INCUS_DIR", false],
    ["$INCUS_DIR, of incus-user", true],
  ]);
});
