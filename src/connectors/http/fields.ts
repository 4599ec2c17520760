/** What a method or the name of a header field is made of. */
export const TOKEN: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What no value of a field can hold: what would end it, and characters that are no bytes. */
const NO_VALUE = /[\0\r\n]|[^\0-\xff]/;

/**
 * Header fields in the order of their making, by names in lower case. They are no `Headers`, as the first of these
 * costs a script of Deno 2 ms.
 */
export class Fields {
  #all: [name: string, value: string][] = [];

  /** Puts a field in place of all of its name. */
  set(name: string, value: string): void {
    const key = name.toLowerCase();
    this.#all = this.#all.filter(([it]) => it !== key);
    this.append(name, value);
  }

  /**
   * Adds a field.
   *
   * @throws {TypeError} when it cannot stand in a head; the message does not show its value.
   */
  append(name: string, value: string): void {
    if (!TOKEN.test(name)) {
      throw new TypeError(`Cannot use ${JSON.stringify(name)} as the name of a header field`);
    }
    if (NO_VALUE.test(value)) {
      throw new TypeError(
        `Cannot use the value of the header field "${name}": it holds a line break, or what is no byte`,
      );
    }
    this.#all.push([name.toLowerCase(), trimmed(value)]);
  }

  /** The value of a field; those of one name with commas between, undefined where there is none. */
  get(name: string): string | undefined {
    const values = this.#all.filter(([it]) => it === name).map(([, value]) => value);
    return values.length > 0 ? values.join(", ") : undefined;
  }

  /** Names and values. */
  get all(): readonly [name: string, value: string][] {
    return this.#all;
  }
}

/** Without the spaces around it: `trim()` takes off bytes, too, that only look like some. */
function trimmed(value: string): string {
  const isSpace = (at: number) => value[at] === " " || value[at] === "\t";
  let [start, end] = [0, value.length];
  while (start < end && isSpace(start)) start++;
  while (start < end && isSpace(end - 1)) end--;
  return value.slice(start, end);
}
