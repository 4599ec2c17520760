import type { GuestFiles } from "../files/guest_files.ts";

/** A text of which some parts are quoted: there `*` and the like stand for themselves. */
export type QuotedText = { text: string; quoted: boolean }[];

const CLASSES: Record<string, string> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "\\x21-\\x7e",
  lower: "a-z",
  print: "\\x20-\\x7e",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\s",
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
};

/** Whether unquoted text holds anything that matches more than itself. */
export function isPattern(text: QuotedText): boolean {
  return text.some((it) => !it.quoted && /[*?[]/.test(it.text));
}

/** The source of a regular expression for a shell's pattern. */
export function patternSource(text: QuotedText, lazy = false): string {
  let source = "";
  for (const { text: part, quoted } of text) {
    source += quoted ? escapeRegExp(part) : unquotedSource(part, lazy);
  }
  return source;
}

function unquotedSource(text: string, lazy: boolean): string {
  let source = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "*") source += lazy ? "[^]*?" : "[^]*";
    else if (char === "?") source += "[^]";
    else if (char === "\\" && at + 1 < text.length) source += escapeRegExp(text[++at]!);
    else if (char === "[") {
      const end = bracketEnd(text, at);
      if (end < 0) {
        source += "\\[";
        continue;
      }
      source += bracketSource(text.slice(at + 1, end));
      at = end;
    } else source += escapeRegExp(char);
  }
  return source;
}

function bracketEnd(text: string, start: number): number {
  let at = start + 1;
  if (text[at] === "!" || text[at] === "^") at++;
  if (text[at] === "]") at++;
  for (; at < text.length; at++) {
    if (text.startsWith("[:", at)) at = Math.max(at, text.indexOf(":]", at));
    else if (text[at] === "]") return at;
  }
  return -1;
}

/** The inside of a bracket expression as that of a regular expression. */
export function bracketSource(inside: string): string {
  const negated = /^[!^]/.test(inside);
  const body = (negated ? inside.slice(1) : inside)
    .replace(/\[:(\w+):\]|[\]\\^[]/g, (found, name) => name ? CLASSES[name] ?? "" : `\\${found}`);
  return `[${negated ? "^" : ""}${body}]`;
}

/** A text that a regular expression takes as it is. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** The paths that a pattern matches, sorted; none where nothing does. */
export function glob(files: GuestFiles, cwd: string, pattern: QuotedText): string[] {
  const segments: QuotedText[] = [[]];
  for (const { text, quoted } of pattern) {
    text.split("/").forEach((part, i) => {
      if (i > 0) segments.push([]);
      if (part !== "") segments.at(-1)!.push({ text: part, quoted });
    });
  }
  const plain = (segment: QuotedText) => segment.map(({ text }) => text).join("");
  let found = [""];
  segments.forEach((segment, i) => {
    const last = i === segments.length - 1;
    const end = last ? "" : "/";
    if (!isPattern(segment)) {
      found = found.map((base) => base + plain(segment) + end);
      return;
    }
    const matcher = new RegExp(`^${patternSource(segment)}$`, "u");
    const hidden = plain(segment).startsWith(".");
    found = found.flatMap((base) => {
      const directory = base.startsWith("/") ? base : `${cwd}/${base}`;
      if (files.find(directory)?.type !== "directory") return [];
      return files.list(directory)
        .filter((name) => matcher.test(name) && (hidden || !name.startsWith(".")))
        .filter((name) => last || files.find(`${directory}/${name}`)?.type === "directory")
        .map((name) => base + name + end);
    });
  });
  const exists = (path: string) =>
    files.find(path.startsWith("/") ? path : `${cwd}/${path}`, { follow: false });
  return found.filter(exists).sort();
}
