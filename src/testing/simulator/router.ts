import type { Call } from "./call.ts";

/** Answers a call, or throws what it refuses. */
export type Handler = (call: Call) => Response | Promise<Response>;

/** A path, in which `{name}` stands for one part, and what answers there by HTTP method. */
export interface Route {
  /** The path. */
  path: string;
  /** What answers. */
  methods: Partial<Record<string, Handler>>;
  /** The API extension without which there is no such path. */
  extension?: string;
}

/** A route as it was found. */
export interface Found {
  /** The route. */
  route: Route;
  /** The parts that it names, decoded. */
  params: Record<string, string>;
}

interface Node {
  fixed: Map<string, Node>;
  named?: Node;
  route?: Route;
  names?: string[];
}

const newNode = (): Node => ({ fixed: new Map() });

/** Finds the route of a path. */
export class Router {
  readonly #root: Node = newNode();

  /** Adds a route, or methods to one that is there. */
  add({ path, methods, extension }: Route): void {
    let node = this.#root;
    const names: string[] = [];
    for (const part of partsOf(path)) {
      const [, name] = /^\{(.+)\}$/.exec(part) ?? [];
      if (name === undefined) {
        if (!node.fixed.has(part)) node.fixed.set(part, newNode());
        node = node.fixed.get(part)!;
      } else {
        names.push(name);
        node = node.named ??= newNode();
      }
    }
    node.names = names;
    node.route ??= { path, methods: {}, extension };
    Object.assign(node.route.methods, methods);
  }

  /** The route of a path as it was sent, or undefined. */
  find(path: string): Found | undefined {
    const values: string[] = [];
    let node = this.#root;
    for (const part of partsOf(path)) {
      const fixed = node.fixed.get(part);
      if (fixed) node = fixed;
      else if (node.named && part !== "") {
        values.push(decode(part));
        node = node.named;
      } else return undefined;
    }
    if (!node.route) return undefined;
    const entries = node.names!.map((name, index) => [name, values[index]!]);
    return { route: node.route, params: Object.fromEntries(entries) };
  }
}

function partsOf(path: string): string[] {
  return path.split("/").slice(1);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
