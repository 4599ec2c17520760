import { badRequest } from "./refusal.ts";

/** What fields are to be, as Go names it. */
export type GoTypes = Readonly<Record<string, GoType>>;
type GoType = "string" | "bool" | "[]string" | "map[string]string" | "map[string]map[string]string";

/** What the fields are that most bodies have. */
const COMMON: GoTypes = {
  name: "string",
  description: "string",
  config: "map[string]string",
  devices: "map[string]map[string]string",
  profiles: "[]string",
  ephemeral: "bool",
  restore: "string",
};

/** Reads the JSON of a request, with Go's words where it is not what the daemons expect. */
export function decodeJson(text: string, type: string, fields: GoTypes = {}): unknown {
  const value = parse(text);
  if (value === null) return {};
  if (goKind(value) !== "object") {
    throw badRequest(`json: cannot unmarshal ${goKind(value)} into Go value of type api.${type}`);
  }
  for (const [name, is] of Object.entries({ ...COMMON, ...fields })) {
    const wrong = findWrong((value as Record<string, unknown>)[name], is);
    if (!wrong) continue;
    const [kind, expected] = wrong;
    throw badRequest(
      `json: cannot unmarshal ${kind} into Go struct field ${type}.${name} of type ${expected}`,
    );
  }
  return value;
}

function parse(text: string): unknown {
  if (text.trim() === "") throw badRequest("EOF");
  try {
    return JSON.parse(text);
  } catch {
    const [first = ""] = text.trim();
    throw badRequest(
      "{[".includes(first)
        ? "unexpected EOF"
        : `invalid character '${first}' looking for beginning of value`,
    );
  }
}

/** What a value is and what it should be, where these differ. */
function findWrong(value: unknown, type: GoType): [kind: string, expected: string] | undefined {
  if (value === undefined || value === null) return undefined;
  const kind = goKind(value);
  if (type === "string" || type === "bool") return kind === type ? undefined : [kind, type];
  const [, element] = /^(?:\[\]|map\[string\])(.+)$/.exec(type)!;
  if (kind !== (type.startsWith("[]") ? "array" : "object")) return [kind, type];
  for (const it of Object.values(value as object)) {
    const wrong = findWrong(it, element as GoType);
    if (wrong) return wrong;
  }
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
