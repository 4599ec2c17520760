/** What `parseArgs` is to expect on the command line. */
export interface ParseOptions {
  boolean?: boolean | string | readonly string[];
  string?: string | readonly string[];
  collect?: string | readonly string[];
  negatable?: string | readonly string[];
  alias?: Record<string, string | readonly string[]>;
  default?: Record<string, unknown>;
  "--"?: boolean;
  stopEarly?: boolean;
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

type Names<N> = N extends string ? N : N extends readonly (infer E extends string)[] ? E : never;
type Default<O extends ParseOptions, K> = O["default"] extends infer D
  ? K extends keyof D ? D[K] : undefined
  : undefined;

/** The arguments found: the named ones by their name, all others under `_`. */
export type Args<O extends ParseOptions> =
  & { _: (string | number)[] }
  & (O["--"] extends true ? { "--": string[] } : Record<never, never>)
  & { [K in Names<O["boolean"]>]: boolean }
  & {
    [K in Names<O["string"]>]: K extends Names<O["collect"]> ? string[] : string | Default<O, K>;
  };

export declare function parseArgs<const O extends ParseOptions = Record<never, never>>(
  args: readonly string[],
  options?: O,
): Args<O>;
