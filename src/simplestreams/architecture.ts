/** How image servers call the architectures that LXD and Incus know, by the servers' own names. */
const NAMES: Record<string, readonly string[]> = {
  aarch64: ["arm64"],
  armv6l: ["armel", "arm"],
  armv7l: ["armhf", "armhfp", "armv7"],
  armv8l: [],
  i686: ["i386", "i586", "386", "x86"],
  loongarch64: ["loong64"],
  mips: ["mipsel", "mipsle"],
  mips64: ["mips64el", "mips64le"],
  ppc: ["powerpc"],
  ppc64: ["powerpc64"],
  ppc64le: ["ppc64el"],
  riscv32: [],
  riscv64: [],
  s390x: [],
  x86_64: ["amd64"],
};

const KNOWN = new Map(
  Object.entries(NAMES).flatMap(([name, others]) => [name, ...others].map((it) => [it, name])),
);

/** The name that LXD and Incus give to an architecture; undefined where they know none such. */
export function architectureOf(word: string): string | undefined {
  return KNOWN.get(word);
}
