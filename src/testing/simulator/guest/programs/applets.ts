import type { Applet } from "./applet.ts";
import * as data from "./data.ts";
import * as files from "./files.ts";
import * as lines from "./lines.ts";
import * as listing from "./listing.ts";
import { echo, printf } from "./printf.ts";
import * as processes from "./processes.ts";
import { sed } from "./sed.ts";
import { sh } from "./sh.ts";
import * as system from "./system.ts";
import { bracket, test } from "./condition.ts";
import * as text from "./text.ts";

const nothing: Applet = () => 0;

/** The programs of a simulated instance, by name. */
export const applets: Record<string, Applet> = {
  "[": bracket,
  ash: sh,
  base64: data.base64,
  basename: files.basename,
  bash: sh,
  cat: text.cat,
  chgrp: files.chown,
  chmod: files.chmod,
  chown: files.chown,
  cmp: data.cmp,
  cp: files.cp,
  cut: lines.cut,
  date: system.date,
  dd: data.dd,
  df: listing.df,
  dirname: files.dirname,
  du: listing.du,
  echo,
  env: processes.env,
  false: () => 1,
  find: listing.find,
  grep: lines.grep,
  head: text.head,
  hostname: system.hostname,
  id: system.id,
  init: (process) => process.exited,
  ip: system.ip,
  kill: processes.kill,
  killall: processes.killall,
  ln: files.ln,
  ls: listing.ls,
  mkdir: files.mkdir,
  mktemp: files.mktemp,
  mv: files.mv,
  nice: processes.runs,
  nohup: processes.runs,
  nproc: system.nproc,
  pidof: processes.pidof,
  pkill: processes.killall,
  printenv: system.printenv,
  printf,
  ps: processes.ps,
  pwd: async (process) => {
    await process.write(`${process.cwd}\n`);
    return 0;
  },
  readlink: files.readlink,
  realpath: files.realpath,
  rev: lines.rev,
  rm: files.rm,
  rmdir: files.rmdir,
  sed,
  seq: text.seq,
  setsid: processes.runs,
  sh,
  sha1sum: data.sha1sum,
  sha256sum: data.sha256sum,
  sha512sum: data.sha512sum,
  sleep: processes.sleep,
  sort: lines.sort,
  stat: listing.stat,
  stty: system.stty,
  sync: nothing,
  tac: lines.tac,
  tail: text.tail,
  tee: text.tee,
  test,
  timeout: processes.timeout,
  touch: files.touch,
  tr: text.tr,
  true: nothing,
  truncate: files.truncate,
  tty: system.tty,
  uname: system.uname,
  uniq: lines.uniq,
  wc: text.wc,
  which: system.which,
  whoami: system.whoami,
  xargs: processes.xargs,
  yes: text.yes,
};
