/** Values of query parameters; undefined ones are left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/**
 * Builds a path from a template, each inserted name as one encoded segment.
 *
 * @throws {TypeError} when a name is "", "." or "..", since each would lead to another path.
 */
export function path(parts: TemplateStringsArray, ...names: string[]): string {
  return parts.reduce((built, part, index) => built + segment(names[index - 1]) + part);
}

/** Encodes one name as one path segment. */
export function segment(name: string | undefined): string {
  if (typeof name !== "string") {
    throw new TypeError(`Cannot use ${typeof name} as a name: a string is needed`);
  }
  if (name === "" || name === "." || name === "..") {
    throw new TypeError(`Cannot use "${name}" as a name: it would lead to another path`);
  }
  try {
    return encodeURIComponent(name);
  } catch {
    throw new TypeError(`Cannot use the name: it holds half of a surrogate pair`);
  }
}

/**
 * Appends a query to a path that may have one.
 *
 * @throws {TypeError} when a value cannot be encoded, and would be sent as another one.
 */
export function withQuery(base: string, query: Query): string {
  let search: URLSearchParams | undefined;
  for (const key in query) {
    const value = query[key];
    if (value === undefined) continue;
    const text = String(value);
    if (!text.isWellFormed()) {
      throw new TypeError(`Cannot use the ${key}: it holds half of a surrogate pair`);
    }
    search ??= new URLSearchParams();
    search.append(key, text);
  }
  return search ? `${base}${base.includes("?") ? "&" : "?"}${search}` : base;
}

/**
 * The name in a URL that the server sent: what follows the path of the collection, decoded,
 * without the query. Counted in segments, since the server may encode the path in another way.
 */
export function nameIn(url: string, collection: string): string {
  const depth = collection.split("/").length;
  return decodeURIComponent(withoutQuery(url).split("/").slice(depth).join("/"));
}

/** The last name in a URL that the server sent, decoded. */
export function lastName(url: string): string {
  return nameIn(url, url.slice(0, withoutQuery(url).lastIndexOf("/")));
}

/** A path without its query: what messages may show, since queries carry secrets. */
export function withoutQuery(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}
