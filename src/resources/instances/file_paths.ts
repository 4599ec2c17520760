/** What is removed with all that is in it must be named in plain words. */
export function checkRemovable(path: string): void {
  const parts = path.split("/");
  if (parts.includes("..")) {
    throw new TypeError(`Cannot remove "${path}" with all that is in it: it holds ".."`);
  }
  if (parts.every((part) => part === "" || part === ".")) {
    throw new TypeError(`Cannot remove "${path}": it is the whole file system`);
  }
}

/** The root of a tree, without slashes at its end. */
export function rootOf(path: string): string {
  return absolute(path).replace(/\/+$/, "") || "/";
}

/** Makes sure that a path can be one of the files API. */
export function absolute(path: string): string {
  if (path.startsWith("/") && !path.includes("\0")) return path;
  throw new TypeError(`Cannot use ${JSON.stringify(path)} as a path: it must start with "/"`);
}
