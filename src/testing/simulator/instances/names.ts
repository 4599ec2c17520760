import { badRequest } from "../refusal.ts";

/** Makes sure that an instance may have this name: that of a host. */
export function checkInstanceName(name: string, dialect: "lxd" | "incus"): void {
  const refuse = (why: string) => badRequest(`Invalid instance name: ${why}`);
  if (name.length < 1 || name.length > 63) throw refuse("Name must be 1-63 characters long");
  if (name.startsWith("-")) throw refuse('Name must not start with "-" character');
  if (name.endsWith("-")) throw refuse('Name must not end with "-" character');
  if (/^\d+$/.test(name) || dialect === "lxd" && /^\d/.test(name)) {
    throw refuse(
      dialect === "lxd" ? "Name must not start with a number" : "Name cannot be a number",
    );
  }
  if (!/^[a-zA-Z0-9-]+$/.test(name)) {
    throw refuse("Name can only contain alphanumeric and hyphen characters");
  }
}

/** Makes sure that a snapshot may be asked for under this name. */
export function checkSnapshotName(name: string): void {
  if (name.includes("/")) throw badRequest('Invalid snapshot name: Cannot contain "/"');
}

/** The name after the last of a pattern, such as `snap%d`. */
export function nextName(pattern: string, taken: Iterable<string>): string {
  const [before = "", after = ""] = pattern.split("%d");
  let next = 0;
  for (const name of taken) {
    if (!name.startsWith(before) || !name.endsWith(after)) continue;
    const number = name.slice(before.length, name.length - after.length);
    if (/^\d+$/.test(number)) next = Math.max(next, Number(number) + 1);
  }
  return pattern.includes("%d") ? pattern.replace("%d", String(next)) : pattern;
}
