import { withoutQuery } from "../../core/path.ts";

/**
 * Checks a path that a connector is asked for.
 *
 * @throws {TypeError} when it does not start with "/", or holds what could end the request line or
 * lead to another path: white space, control characters, "#", "\", or what is not ASCII.
 */
export function checkPath(path: string): void {
  if (!/^\/(?:[!"$-[\]-~]*)$/.test(path)) {
    throw new TypeError(
      `Cannot request ${JSON.stringify(withoutQuery(path))}: ` +
        `the path must start with "/" and be encoded as in a URL`,
    );
  }
}
