/**
 * The facts that the generator keeps of one OpenAPI document: names and types, none of its prose.
 *
 * A type is written as a short expression: a primitive (`string`, `boolean`, `int64`, `double`,
 * `time`, `unknown` …), the name of a definition, `T[]` for a list or `map<T>` for an object whose
 * keys are data.
 */

/** A document's name, as its fact file and its availability notes carry it. */
export type SpecName = "lxd_5_0_2" | "lxd_main" | "incus_6_0_4" | "incus_main";

/** The documents, oldest first within each daemon. */
export const specNames: readonly SpecName[] = [
  "lxd_5_0_2",
  "lxd_main",
  "incus_6_0_4",
  "incus_main",
];

/** One definition: an object with properties, or a name for another type. */
export interface DefinitionFact {
  /** Type expressions of an object's properties by their JSON names. */
  fields?: Record<string, string>;
  /** API extensions that brought properties, where the document names them. */
  extensions?: Record<string, string>;
  /** Properties that the document marks as deprecated. */
  deprecated?: string[];
  /** Type expression, for a name of another type. */
  alias?: string;
}

/** One answer of an operation: a type expression of the metadata, or how the body comes. */
export interface AnswerFact {
  /** HTTP status, 101 to 202. */
  status: number;
  /**
   * `sync` has the envelope with `metadata`, `async` the one of a background operation; `raw` is a
   * body without an envelope, `upgrade` a WebSocket or another protocol.
   */
  kind: "sync" | "async" | "raw" | "upgrade";
  /** Type expression of the envelope's metadata; absent when it is empty. */
  metadata?: string;
  /** The pseudo query under which the document describes this answer, such as `recursion=1`. */
  when?: string;
}

/** One method of one path. */
export interface OperationFact {
  /** Areas that the document files it under. */
  tags: string[];
  /** Types of the query parameters. */
  query?: Record<string, string>;
  /** Types of the request headers. */
  headers?: Record<string, string>;
  /** Type expression of the JSON body. */
  body?: string;
  /** Content types of a body that is not JSON. */
  rawBody?: string[];
  /** Whether an untrusted caller may use it too. */
  public?: true;
  /** Answers to a success. */
  answers: AnswerFact[];
}

/** All facts of one document. */
export interface Facts {
  /** Definitions by name. */
  definitions: Record<string, DefinitionFact>;
  /** Operations by `METHOD /path/{}`: the parameters in their order, without their names. */
  operations: Record<string, OperationFact>;
}

/** Writes facts as JSON Lines, one definition or operation a line, so that a change reads well. */
export function formatFacts(facts: Facts): string {
  const lines = (key: string, items: Record<string, unknown>) =>
    Object.entries(items).sort(([a], [b]) => a < b ? -1 : 1)
      .map(([name, fact]) => `${JSON.stringify({ [key]: name, ...fact as object })}\n`);
  return [...lines("definition", facts.definitions), ...lines("operation", facts.operations)].join(
    "",
  );
}

/** Reads what {@linkcode formatFacts} wrote. */
export function parseFacts(text: string): Facts {
  const facts: Facts = { definitions: {}, operations: {} };
  for (const line of text.trimEnd().split("\n")) {
    const { definition, operation, ...fact } = JSON.parse(line);
    if (definition !== undefined) facts.definitions[definition] = fact;
    else facts.operations[operation] = fact;
  }
  return facts;
}

/** The committed file of a document's facts. */
export function factFile(name: SpecName): URL {
  return new URL(`specs/${name}.jsonl`, import.meta.url);
}

/** Reads the four committed fact files. */
export async function readFacts(): Promise<Record<SpecName, Facts>> {
  const read = async (name: SpecName) => parseFacts(await Deno.readTextFile(factFile(name)));
  const [lxd_5_0_2, lxd_main, incus_6_0_4, incus_main] = await Promise.all([
    read("lxd_5_0_2"),
    read("lxd_main"),
    read("incus_6_0_4"),
    read("incus_main"),
  ]);
  return { lxd_5_0_2, lxd_main, incus_6_0_4, incus_main };
}
