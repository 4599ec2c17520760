/** The routes of the four documents, and which of them a request went to. */
import { readFacts, type SpecName, specNames } from "../wire/facts.ts";
import { nameParameters } from "../wire/routes.ts";

/** The documents that have each route, by `METHOD /path/{name}`. */
export async function readRoutes(): Promise<Map<string, SpecName[]>> {
  const facts = await readFacts();
  const routes = new Map<string, SpecName[]>();
  for (const spec of specNames) {
    for (const operation of Object.keys(facts[spec].operations)) {
      const { key } = nameParameters(operation);
      routes.set(key, [...routes.get(key) ?? [], spec]);
    }
  }
  return routes;
}

/** The route that a request such as `GET /1.0/instances/web` went to, where there is one. */
export function routeOf(request: string, routes: Iterable<string>): string | undefined {
  const parts = request.split("/");
  const fitting = Array.from(routes).filter((route) => {
    const pattern = route.split("/");
    return pattern.length === parts.length &&
      pattern.every((it, index) => it.startsWith("{") || it === parts[index]);
  });
  // A word of the API goes before a name: `/1.0/images/aliases` is no image.
  const names = (route: string) => route.split("{").length;
  return fitting.sort((a, b) => names(a) - names(b))[0];
}
