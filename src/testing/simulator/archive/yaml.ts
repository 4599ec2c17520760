/** What the little YAML that image metadata needs can hold. */
export type YamlValue = string | number | boolean | YamlValue[] | { [key: string]: YamlValue };

interface Line {
  indent: number;
  text: string;
}

/** Reads the YAML of image metadata: maps, lists and plain or quoted values, one a line. */
export function parseYaml(text: string): Record<string, YamlValue> {
  const lines = text.split("\n")
    .filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#") && line !== "---")
    .map((line) => ({ indent: line.length - line.trimStart().length, text: line.trim() }));
  const value = parseBlock(lines, lines[0]?.indent ?? 0);
  return typeof value === "object" && !Array.isArray(value) ? value : {};
}

function parseBlock(lines: Line[], indent: number): YamlValue {
  return lines[0]?.text.startsWith("- ") ? parseList(lines, indent) : parseMap(lines, indent);
}

function parseMap(lines: Line[], indent: number): YamlValue {
  const map: { [key: string]: YamlValue } = {};
  while (lines[0] && lines[0].indent === indent && !lines[0].text.startsWith("- ")) {
    const { text } = lines.shift()!;
    const [, key = "", rest = ""] =
      /^("(?:[^"\\]|\\.)*"|'[^']*'|[^:]+(?::[^ ][^:]*)*):(?: (.*))?$/.exec(text) ?? [];
    const next = lines[0];
    const nested = next &&
      (next.indent > indent || next.indent === indent && next.text.startsWith("- "));
    map[String(parseScalar(key))] = rest === "" && nested
      ? parseBlock(lines, next.indent)
      : parseScalar(rest);
  }
  return map;
}

function parseList(lines: Line[], indent: number): YamlValue[] {
  const list: YamlValue[] = [];
  while (lines[0]?.indent === indent && lines[0].text.startsWith("- ")) {
    list.push(parseScalar(lines.shift()!.text.slice(2)));
  }
  return list;
}

function parseScalar(text: string): YamlValue {
  if (text.startsWith('"')) return JSON.parse(text);
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  if (text.startsWith("[") || text.startsWith("{")) {
    try {
      return JSON.parse(text);
    } catch {
      return text.startsWith("[")
        ? text.slice(1, -1).split(",").map((it) => parseScalar(it.trim()))
        : {};
    }
  }
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/** Writes YAML: JSON with its maps one key a line. */
export function writeYaml(value: object): string {
  return Object.entries(value)
    .filter(([, it]) => it !== undefined)
    .map(([key, it]) => `${JSON.stringify(key)}: ${JSON.stringify(it)}\n`).join("");
}
