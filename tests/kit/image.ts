/**
 * A container image made of Debian's static busybox: no network, about 1 MB, starts at once.
 *
 * @module
 */

const busybox = "/bin/busybox";

const files: Record<string, string> = {
  "metadata.yaml": `architecture: ${Deno.build.arch}
creation_date: 1700000000
properties:
  description: Busybox for tests
  os: busybox
  release: test
`,
  "rootfs/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  "rootfs/etc/group": "root:x:0:\nnogroup:x:65534:\n",
  "rootfs/etc/inittab": "::respawn:/bin/sleep 86400\n",
  "rootfs/etc/hosts": "127.0.0.1 localhost\n",
};

const folders = ["bin", "dev", "etc", "proc", "root", "run", "sbin", "sys", "tmp", "usr", "var"];

async function run(command: string, args: string[]): Promise<string> {
  const output = await new Deno.Command(command, { args }).output();
  if (output.success) return new TextDecoder().decode(output.stdout);
  throw new Error(`Cannot run ${command}: ${new TextDecoder().decode(output.stderr).trim()}`);
}

/** Builds the image as one tarball: a `metadata.yaml` beside a `rootfs`. */
export async function buildImage(): Promise<Blob> {
  const directory = await Deno.makeTempDir({ prefix: "lxkit-image-" });
  try {
    const root = `${directory}/rootfs`;
    for (const folder of folders) await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${directory}/${path}`, text);
    }
    await Deno.copyFile(busybox, `${root}/bin/busybox`);
    await Deno.chmod(`${root}/bin/busybox`, 0o755);
    await Deno.chmod(`${root}/tmp`, 0o1777);
    const applets = (await run(busybox, ["--list"])).trim().split("\n");
    for (const applet of applets.filter((name) => name !== "busybox")) {
      await Deno.symlink("busybox", `${root}/bin/${applet}`);
    }
    await Deno.symlink("../bin/busybox", `${root}/sbin/init`);
    const tarball = `${directory}/image.tar.gz`;
    // The same bytes every time, so that every daemon gives the image the same fingerprint.
    const fixed = [
      "--sort=name",
      "--mtime=@1700000000",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
    ];
    await run("tar", [...fixed, "-C", directory, "-czf", tarball, "metadata.yaml", "rootfs"]);
    return new Blob([await Deno.readFile(tarball)]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
