// Reads much output of a process slowly, writes a large file, and says how much memory that took at most:
// `slow_consumer.js PLAN`.
// deno-lint-ignore-file no-console no-external-import
import { readFileSync } from "node:fs";
import { argv } from "node:process";
import { connect } from "@lxkit/client";

const { access, name, bytes } = JSON.parse(readFileSync(argv[2], "utf8"));
const client = await connect(access);
try {
  const instance = client.instances.at(name);
  const process = await instance.spawn(["sh", "-c", `yes | head -c ${bytes}`]);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  let read = 0;
  for await (const chunk of process.stdout) read += chunk.length;
  const { code } = await process.status;

  const chunk = new Uint8Array(64 * 1024);
  let left = bytes / chunk.length;
  const source = new ReadableStream({
    pull: (controller) => left-- > 0 ? controller.enqueue(chunk) : controller.close(),
  }, { highWaterMark: 0 });
  await instance.files.write("/tmp/large", source);
  const { stdoutText } = await instance.exec(["stat", "-c", "%s", "/tmp/large"]);

  const [, peak] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  const peakMiB = Math.ceil(Number(peak) / 1024);
  console.log(JSON.stringify({ code, read, written: Number(stdoutText), peakMiB }));
} finally {
  await client.close();
}
