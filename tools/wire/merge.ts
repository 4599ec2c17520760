/** Unites the facts of the four documents into one model of types and routes. */
import {
  additions,
  definitionNames,
  entities,
  fieldTypes,
  inlined,
  nonEntities,
  shapes,
  unmentioned,
} from "./corrections.ts";
import { needed, neverRequired, nullable, omitted } from "./presence.ts";
import type { DefinitionFact, Facts, SpecName } from "./facts.ts";
import { specNames } from "./facts.ts";
import { mergeRoutes, type Route } from "./routes.ts";

/** One property of a merged type. */
export interface Field {
  /** JSON name. */
  name: string;
  /** TypeScript type. */
  type: string;
  /** Whether it may be left out. */
  optional: boolean;
  /** Documents that have it. */
  specs: SpecName[];
  /** API extension that brought it, by document. */
  extensions: Partial<Record<SpecName, string>>;
  /** Documents that mark it as deprecated. */
  deprecated: SpecName[];
}

/** One merged type. */
export interface Type {
  /** TypeScript name. */
  name: string;
  /** The documents' name. */
  definition: string;
  /** Documents that have it. */
  specs: SpecName[];
  /** Properties, for an interface. */
  fields?: Field[];
  /** TypeScript type, for a name of another type. */
  alias?: string;
  /** JSON names that the hand-written type in place of it must have. */
  covers?: string[];
  /** Routes that answer with it. */
  answers: string[];
  /** Routes that take it as their body. */
  bodies: string[];
}

/** Everything that is to be written. */
export interface Model {
  /** Types by their TypeScript names. */
  types: Map<string, Type>;
  /** Routes by `METHOD /path/{name}`. */
  routes: Map<string, Route>;
}

const primitives: Record<string, string> = {
  string: "string",
  time: "string",
  boolean: "boolean",
  unknown: "unknown",
  int64: "number",
  uint8: "number",
  uint16: "number",
  uint32: "number",
  uint64: "number",
  double: "number",
};

/** Names of the definitions that a type expression speaks of. */
export function references(expression: string): string[] {
  return (expression.match(/[A-Za-z][A-Za-z0-9]*/g) ?? [])
    .filter((it) => it !== "map" && !(it in primitives));
}

/** Writes a type expression as TypeScript. */
export function toTypeScript(expression: string, nameOf: (definition: string) => string): string {
  if (expression.endsWith("[]")) {
    const item = toTypeScript(expression.slice(0, -2), nameOf);
    return item.includes("|") ? `(${item})[]` : `${item}[]`;
  }
  const map = /^map<(.*)>$/.exec(expression);
  if (map !== null) return `Record<string, ${toTypeScript(map[1]!, nameOf)}>`;
  return primitives[expression] ?? nameOf(expression);
}

/** A type expression with the corrected names, which are one for both daemons' twins. */
function unify(expression: string): string {
  return expression.replace(
    /[A-Za-z][A-Za-z0-9]*/g,
    (it) => inlined[it] ?? definitionNames[it] ?? it,
  );
}

/** All definitions by their unified names, each with its facts by document. */
export function gather(
  all: Record<SpecName, Facts>,
): Map<string, Partial<Record<SpecName, DefinitionFact>>> {
  const gathered = new Map<string, Partial<Record<SpecName, DefinitionFact>>>();
  const put = (name: string, spec: SpecName, fact: DefinitionFact) => {
    const entry = gathered.get(name) ?? {};
    entry[spec] = { ...fact, fields: { ...fact.fields, ...entry[spec]?.fields } };
    gathered.set(name, entry);
  };
  for (const spec of specNames) {
    for (const [name, fact] of Object.entries(all[spec].definitions)) {
      if (name in inlined) continue;
      const fields = Object.entries(fact.fields ?? {}).map(([field, type]) => [field, unify(type)]);
      put(unify(name), spec, {
        ...fact,
        fields: Object.fromEntries(fields),
        ...(fact.alias === undefined ? {} : { alias: unify(fact.alias) }),
      });
    }
  }
  for (const { definition, specs, fields } of additions) {
    for (const spec of specs) put(definition, spec, { fields });
  }
  return gathered;
}

/** Whether a definition is a thing that servers keep, and that a model will wrap. */
function isEntity(name: string, known: ReadonlySet<string>): boolean {
  if (entities.includes(name)) return true;
  if (nonEntities.includes(name) || name.endsWith("State")) return false;
  return known.has(`${name}Put`) || known.has(`${name}sPost`) || known.has(`${name}esPost`);
}

/** TypeScript names by definition names. */
export function nameTypes(known: ReadonlySet<string>): Map<string, string> {
  const names = new Map<string, string>();
  for (const name of known) {
    const base = name.replace(/Full$/, "");
    const entity = isEntity(base, known) && (base === name || known.has(base));
    names.set(name, shapes[name]?.name ?? (entity ? `${name}Data` : name));
  }
  return names;
}

/** The one type of a field, or an error that asks for a correction. */
function mergeFieldType(
  key: string,
  types: readonly string[],
  nameOf: (definition: string) => string,
): string {
  const correction = fieldTypes(key);
  if (correction !== undefined) return correction;
  const merged = new Set(types.map((it) => toTypeScript(it, nameOf)));
  if (merged.size === 1) return [...merged][0]!;
  throw new Error(`Cannot merge "${key}": the documents differ: ${[...merged].join(", ")}`);
}

function mergeFields(
  definition: string,
  facts: Partial<Record<SpecName, DefinitionFact>>,
  isRequest: boolean,
  nameOf: (definition: string) => string,
): Field[] {
  const specs = specNames.filter((it) => facts[it] !== undefined);
  const names = new Set(specs.flatMap((it) => Object.keys(facts[it]!.fields ?? {})));
  return [...names].sort().map((name) => {
    const key = `${definition}.${name}`;
    const having = specs.filter((it) => facts[it]!.fields?.[name] !== undefined);
    const extensions: Field["extensions"] = {};
    for (const spec of having) {
      const extension = facts[spec]!.extensions?.[name];
      if (extension !== undefined) extensions[spec] = extension;
    }
    const type = mergeFieldType(key, having.map((it) => facts[it]!.fields![name]!), nameOf);
    const always = having.length === specs.length && !neverRequired.includes(name) &&
      !omitted[definition]?.includes(name);
    return {
      name,
      type: nullable[definition]?.includes(name) ? `${type} | null` : type,
      optional: isRequest ? !(needed[definition] ?? []).includes(name) : !always,
      specs: having,
      extensions,
      deprecated: having.filter((it) => facts[it]!.deprecated?.includes(name)),
    };
  });
}

/** Definitions that are reached from the given ones. */
function reach(
  roots: Iterable<string>,
  gathered: ReadonlyMap<string, Partial<Record<SpecName, DefinitionFact>>>,
): Set<string> {
  const reached = new Set<string>();
  const visit = (name: string) => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const fact of Object.values(gathered.get(name) ?? {})) {
      const expressions = [...Object.values(fact.fields ?? {}), fact.alias ?? ""];
      for (const reference of expressions.flatMap(references)) visit(reference);
    }
  };
  for (const root of roots) visit(root);
  return reached;
}

/** Unites the documents. */
export function merge(all: Record<SpecName, Facts>): Model {
  const gathered = gather(all);
  const names = nameTypes(new Set(gathered.keys()));
  const nameOf = (definition: string): string => {
    const name = names.get(definition);
    if (name === undefined) throw new Error(`Cannot find definition "${definition}"`);
    return name;
  };
  const routes = mergeRoutes(all, unify, nameOf);

  for (const [key, route] of routes) {
    const entitled = route.metadataExpressions.flatMap(references)
      .some((it) => gathered.get(it)?.lxd_main?.fields?.access_entitlements !== undefined);
    if (entitled && key.startsWith("GET ")) route.query["with-access-entitlements"] = "string";
  }

  const answered = new Map<string, string[]>();
  const sent = new Map<string, string[]>();
  const note = (into: Map<string, string[]>, expression: string, route: string) => {
    for (const it of references(expression)) {
      const known = into.get(it) ?? [];
      if (!known.includes(route)) into.set(it, [...known, route]);
    }
  };
  for (const [key, route] of routes) {
    for (const it of route.metadataExpressions) note(answered, it, key);
    if (route.bodyExpression !== undefined) note(sent, route.bodyExpression, key);
  }
  const inAnswers = reach([...answered.keys(), ...unmentioned], gathered);
  const inBodies = reach(sent.keys(), gathered);

  const types = new Map<string, Type>();
  for (const definition of [...inAnswers, ...inBodies].sort()) {
    const facts = gathered.get(definition)!;
    const name = nameOf(definition);
    if (types.has(name)) {
      if (types.get(name)!.definition === definition) continue;
      throw new Error(`Cannot name "${definition}": "${name}" is taken`);
    }
    const alias = Object.values(facts).find((it) => it.alias !== undefined)?.alias;
    const isRequest = inBodies.has(definition);
    types.set(name, {
      name,
      definition,
      specs: specNames.filter((it) => facts[it] !== undefined),
      ...(shapes[definition] !== undefined
        ? { covers: specNames.flatMap((it) => Object.keys(facts[it]?.fields ?? {})) }
        : alias !== undefined
        ? { alias: fieldTypes(definition) ?? toTypeScript(alias, nameOf) }
        : { fields: mergeFields(definition, facts, isRequest, nameOf) }),
      answers: answered.get(definition) ?? [],
      bodies: sent.get(definition) ?? [],
    });
  }
  return { types, routes };
}
