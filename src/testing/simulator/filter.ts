import { badRequest } from "./refusal.ts";

interface Clause {
  /** How it is joined to what comes before it. */
  joined: "and" | "or";
  negated: boolean;
  field: string;
  equal: boolean;
  value: string;
}

/** Whether a thing is wanted. */
export type Predicate = (thing: object) => boolean;

/** Reads a filter, such as `status eq Running and config.user.team eq web`. */
export function parseFilter(text: string): Predicate {
  const clauses = parseClauses(text);
  return (thing) =>
    clauses.reduce((result, clause) => {
      const holds = matches(clause, thing);
      return clause.joined === "and" ? result && holds : result || holds;
    }, true);
}

function parseClauses(text: string): Clause[] {
  const words = splitWords(text);
  const clauses: Clause[] = [];
  let joined: Clause["joined"] = "and";
  while (words.length > 0) {
    let word = words.shift()!;
    const negated = word.toLowerCase() === "not";
    if (negated) word = words.shift() ?? "";
    const operator = words.shift()?.toLowerCase();
    if (operator === undefined) throw invalid("clause has no operator");
    if (operator !== "eq" && operator !== "ne") {
      throw invalid(`"${operator}" is not a valid operator`);
    }
    const value = words.shift();
    if (value === undefined) throw invalid("clause has no value");
    clauses.push({ joined, negated, field: word, equal: operator === "eq", value });
    const next = words.shift()?.toLowerCase();
    if (next === undefined) break;
    if (next !== "and" && next !== "or") throw invalid(`"${next}" is not a valid logical operator`);
    if (words.length === 0) throw invalid("unterminated expression");
    joined = next;
  }
  return clauses;
}

/** The words of a filter; quotes hold spaces. */
function splitWords(text: string): string[] {
  return Array.from(
    text.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g),
    ([word, quoted]) => quoted === undefined ? word : quoted.replace(/\\(.)/g, "$1"),
  );
}

function invalid(reason: string) {
  return badRequest(`Invalid filter: ${reason}`);
}

function matches({ field, equal, value, negated }: Clause, thing: object): boolean {
  const found = lookUp(thing, field);
  const same = found !== undefined && found !== null &&
    String(found).toLowerCase() === value.toLowerCase();
  return (same === equal) !== negated;
}

/** The value of a field; a map's key may have dots of its own. */
function lookUp(thing: unknown, field: string): unknown {
  if (typeof thing !== "object" || thing === null) return undefined;
  const fields = thing as Record<string, unknown>;
  if (field in fields) return fields[field];
  for (let at = field.indexOf("."); at >= 0; at = field.indexOf(".", at + 1)) {
    const found = lookUp(fields[field.slice(0, at)], field.slice(at + 1));
    if (found !== undefined) return found;
  }
}
