/** What a shell keeps of a variable. */
interface Variable {
  value: string | undefined;
  exported: boolean;
  readonly: boolean;
}

/** What cannot be done to a variable. */
export class VariableError extends Error {
  override name = "VariableError";
}

/** The variables of a shell, with those of functions over them. */
export class Variables {
  #values = new Map<string, Variable>();
  readonly #hidden: Map<string, Variable | undefined>[] = [];

  /** Those of the environment, exported. */
  constructor(environment: ReadonlyMap<string, string>) {
    for (const [name, value] of environment) {
      this.#values.set(name, { value, exported: true, readonly: false });
    }
  }

  /** The value of one; undefined where it is not set. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.value;
  }

  /**
   * Gives one a value.
   *
   * @throws {VariableError} when it is read-only.
   */
  set(name: string, value: string): void {
    const variable = this.#values.get(name);
    if (variable?.readonly) throw new VariableError(`${name}: is read only`);
    if (variable) variable.value = value;
    else this.#values.set(name, { value, exported: false, readonly: false });
  }

  /** Forgets one. */
  unset(name: string): void {
    if (this.#values.get(name)?.readonly) throw new VariableError(`${name}: is read only`);
    this.#values.delete(name);
  }

  /** Gives it to the commands that are run. */
  export(name: string): void {
    this.#mark(name).exported = true;
  }

  /** Lets it be as it is for good. */
  protect(name: string): void {
    this.#mark(name).readonly = true;
  }

  /** Makes one the function's own, until {@linkcode Variables.leave}. */
  local(name: string): void {
    const hidden = this.#hidden.at(-1);
    if (!hidden) throw new VariableError("local: not in a function");
    if (!hidden.has(name)) {
      const variable = this.#values.get(name);
      hidden.set(name, variable && { ...variable });
    }
  }

  /** A function begins. */
  enter(): void {
    this.#hidden.push(new Map());
  }

  /** A function ends: what it hid is back. */
  leave(): void {
    for (const [name, variable] of this.#hidden.pop() ?? []) {
      if (variable) this.#values.set(name, variable);
      else this.#values.delete(name);
    }
  }

  /** What is given to commands. */
  environment(): Map<string, string> {
    const environment = new Map<string, string>();
    for (const [name, { value, exported }] of this.#values) {
      if (exported && value !== undefined) environment.set(name, value);
    }
    return environment;
  }

  /** All that are set, sorted by name. */
  list(): [name: string, value: string][] {
    return [...this.#values]
      .flatMap(([name, { value }]): [string, string][] =>
        value === undefined ? [] : [[name, value]]
      )
      .sort(([a], [b]) => a < b ? -1 : 1);
  }

  /** The same variables, which go their own way from here on. */
  clone(): Variables {
    const copy = new Variables(new Map());
    for (const [name, variable] of this.#values) copy.#values.set(name, { ...variable });
    // What is a function's own stays so in a subshell of it.
    for (const hidden of this.#hidden) copy.#hidden.push(new Map(hidden));
    return copy;
  }

  #mark(name: string): Variable {
    const variable = this.#values.get(name) ??
      { value: undefined, exported: false, readonly: false };
    this.#values.set(name, variable);
    return variable;
  }
}
