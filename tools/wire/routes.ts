/** Unites the operations of the four documents into routes with named path parameters. */
import { pathNames, routeBodies, routeKinds, routeMetadata, routeQueries } from "./corrections.ts";
import type { AnswerFact, Facts, OperationFact, SpecName } from "./facts.ts";
import { specNames } from "./facts.ts";
import { toTypeScript } from "./merge.ts";

/** One merged route. */
export interface Route {
  /** Documents that have it. */
  specs: SpecName[];
  /** Names of the path's parameters in their order. */
  path: string[];
  /** TypeScript types of the query parameters. */
  query: Record<string, string>;
  /** TypeScript type of the JSON body. */
  body?: string;
  /** Content types of bodies that are not JSON. */
  rawBody: string[];
  /** How answers come. */
  kinds: AnswerFact["kind"][];
  /** TypeScript type of the envelope's metadata. */
  metadata: string;
  /** Type expressions behind `metadata`. */
  metadataExpressions: string[];
  /** Type expression behind `body`. */
  bodyExpression?: string;
}

/** Names the parameters of `METHOD /path/{}` by the segment that each one follows. */
export function nameParameters(operation: string): { key: string; path: string[] } {
  const [method, path] = operation.split(" ") as [string, string];
  const segments = path.split("/");
  const names: string[] = [];
  let last = "";
  const named = segments.map((segment) => {
    if (segment !== "{}") {
      last = segment;
      return segment;
    }
    const choices = pathNames[last];
    if (choices === undefined) throw new Error(`Cannot name a parameter of "${operation}"`);
    const name = choices.find((it) => !names.includes(it));
    if (name === undefined) throw new Error(`Cannot name a parameter of "${operation}"`);
    names.push(name);
    return `{${name}}`;
  });
  return { key: `${method} ${named.join("/")}`, path: names };
}

function queryType(name: string, type: string): string {
  if (name === "recursion") return "number";
  return toTypeScript(type, (it) => it);
}

function mergeRoute(
  key: string,
  path: string[],
  facts: Partial<Record<SpecName, OperationFact>>,
  unify: (expression: string) => string,
  nameOf: (definition: string) => string,
): Route {
  const specs = specNames.filter((it) => facts[it] !== undefined);
  const operations = specs.map((it) => facts[it]!);
  const query: Record<string, string> = {};
  for (const [name, type] of operations.flatMap((it) => Object.entries(it.query ?? {}))) {
    query[name] ??= queryType(name, type);
  }
  const answers = operations.flatMap((it) => it.answers);
  if (answers.some((it) => it.when?.startsWith("recursion="))) query.recursion = "number";
  for (const [name, type] of Object.entries(routeQueries[key] ?? {})) {
    if (type === "") delete query[name];
    else query[name] = type;
  }

  const bodies = new Set(operations.flatMap((it) => it.body === undefined ? [] : [unify(it.body)]));
  const bodyExpression = routeBodies[key] ?? [...bodies][0];
  if (bodies.size > 1 && routeBodies[key] === undefined) {
    throw new Error(`Cannot merge the bodies of "${key}": ${[...bodies].join(", ")}`);
  }
  const kinds = [...routeKinds[key] ?? new Set(answers.map((it) => it.kind))].sort();
  const metadataExpressions = [
    ...routeMetadata[key] ??
      new Set(answers.flatMap((it) => it.metadata === undefined ? [] : [unify(it.metadata)])),
  ];
  const metadata = new Set(metadataExpressions.map((it) => toTypeScript(it, nameOf)));
  if (kinds.includes("async")) metadata.add(nameOf("Operation"));
  if (kinds.includes("raw")) metadata.add("Response");
  const silent = answers.some((it) => it.kind === "sync" && it.metadata === undefined);
  if (silent || (kinds.includes("sync") && metadata.size === 0)) metadata.add("EmptyMetadata");
  return {
    specs,
    path,
    query,
    ...(bodyExpression === undefined
      ? {}
      : { bodyExpression, body: toTypeScript(bodyExpression, nameOf) }),
    rawBody: [...new Set(operations.flatMap((it) => it.rawBody ?? []))].sort(),
    kinds,
    metadata: metadata.size === 0 ? "never" : [...metadata].join(" | "),
    metadataExpressions,
  };
}

/** Unites all operations; `unify` gives twins of definitions one name, `nameOf` names types. */
export function mergeRoutes(
  all: Record<SpecName, Facts>,
  unify: (expression: string) => string,
  nameOf: (definition: string) => string,
): Map<string, Route> {
  const operations = new Set(specNames.flatMap((it) => Object.keys(all[it].operations)));
  const routes = new Map<string, Route>();
  const order = (operation: string) => operation.split(" ").reverse().join(" ");
  for (const operation of [...operations].sort((a, b) => order(a) < order(b) ? -1 : 1)) {
    const { key, path } = nameParameters(operation);
    const facts: Partial<Record<SpecName, OperationFact>> = {};
    for (const spec of specNames) {
      const fact = all[spec].operations[operation];
      if (fact !== undefined) facts[spec] = fact;
    }
    routes.set(key, mergeRoute(key, path, facts, unify, nameOf));
  }
  return routes;
}
