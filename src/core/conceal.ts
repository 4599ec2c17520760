/**
 * Puts fields of an object behind getters: consoles show that there is something, and not what it is.
 * They are read, copied and written as JSON as before. Gives the object itself.
 */
export function conceal<T extends object>(object: T, ...fields: (keyof T)[]): T {
  for (const field of fields) {
    const value = object[field];
    if (value !== undefined) Object.defineProperty(object, field, { get: () => value });
  }
  return object;
}
