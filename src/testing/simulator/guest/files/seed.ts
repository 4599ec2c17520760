import { GuestFiles } from "./guest_files.ts";

/** When the image of a simulated instance was made, in milliseconds since 1970. */
export const IMAGE_TIME = 1_700_000_000_000;

const directories = ["bin", "dev", "etc", "proc", "root", "run", "sbin", "sys", "usr", "var"];
const deeper = ["dev/pts", "usr/bin", "usr/sbin", "var/lib", "var/log"];

const texts: Record<string, string> = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
  "/etc/hosts": "127.0.0.1 localhost\n",
  "/etc/inittab": "::respawn:/bin/sleep 86400\n",
};

const devices = ["console", "full", "null", "random", "tty", "urandom", "zero"];

/** The one program that all commands are names of. */
export const PROGRAM = "/bin/busybox";

/** The files of a small image whose commands have these names; `now` is what later changes are dated with. */
export function seedFiles(commands: Iterable<string>, now: () => number): GuestFiles {
  const image = new GuestFiles(() => IMAGE_TIME);
  for (const name of [...directories, ...deeper]) image.mkdir(`/${name}`);
  image.mkdir("/tmp", { mode: 0o1777 });
  for (const [path, text] of Object.entries(texts)) image.write(path, text);
  for (const name of devices) image.mknod(name, `/dev/${name}`);
  for (const name of ["stdin", "stdout", "stderr"]) image.mknod(name, `/dev/${name}`);
  image.write(PROGRAM, "\x7fELF", { mode: 0o755 });
  for (const name of commands) image.symlink("busybox", `/bin/${name}`);
  image.symlink("../bin/busybox", "/sbin/init");
  return image.clone(now);
}
