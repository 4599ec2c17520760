/**
 * Distils an OpenAPI document of LXD or Incus into the facts that the type generator reads.
 *
 * Every daemon's package carries the document of its version, for instance
 * `/usr/share/doc/lxd/rest-api.yaml.gz` or `/usr/share/doc/incus-base/rest-api.yaml.gz`; the source
 * trees have it as `doc/rest-api.yaml`. The documents are not committed, their facts are:
 *
 *     deno run -A tools/wire/distill.ts lxd_5_0_2 /usr/share/doc/lxd/rest-api.yaml.gz
 *     deno run -A tools/wire/distill.ts incus_main ~/incus/doc/rest-api.yaml
 *     deno run -A tools/wire_types.ts
 *
 * The output goes to `tools/wire/specs/NAME.jsonl`, one definition or operation a line.
 */
// A tool alone reads YAML, so the library is no import of the project's.
// deno-lint-ignore no-import-prefix no-external-import
import { parse } from "npm:yaml@^2.5.0";
import {
  type AnswerFact,
  type DefinitionFact,
  factFile,
  type Facts,
  formatFacts,
  type OperationFact,
  type SpecName,
  specNames,
} from "./facts.ts";

/** The part of a Swagger 2.0 schema that the daemons' documents use. */
interface Schema {
  type?: string;
  format?: string;
  description?: string;
  title?: string;
  $ref?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  "x-deprecated"?: boolean;
}

interface Parameter extends Schema {
  in: "path" | "query" | "header" | "body";
  name: string;
  schema?: Schema;
}

interface Answer {
  $ref?: string;
  schema?: Schema;
}

interface Operation {
  tags?: string[];
  consumes?: string[];
  produces?: string[];
  parameters?: Parameter[];
  responses: Record<string, Answer>;
}

interface Document {
  definitions: Record<string, Schema>;
  paths: Record<string, Record<string, Operation>>;
  responses: Record<string, Answer>;
}

/** Type expression of a schema. */
export function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return "unknown";
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  switch (schema.type) {
    case "array":
      return `${typeOf(schema.items)}[]`;
    case "object":
      return `map<${typeOf(schema.additionalProperties)}>`;
    case "string":
      return schema.format === "date-time" ? "time" : "string";
    case "integer":
    case "number":
      return schema.format ?? (schema.type === "number" ? "double" : "int64");
    case "boolean":
    case "bool":
      return "boolean";
    case undefined:
      return "unknown";
    default:
      throw new Error(`Cannot read a schema: unknown type "${schema.type}"`);
  }
}

function definitionOf(schema: Schema): DefinitionFact {
  if (schema.properties === undefined) {
    return schema.type === "object" && schema.additionalProperties === undefined
      ? { fields: {} }
      : { alias: typeOf(schema) };
  }
  const extensions: Record<string, string> = {};
  const deprecated: string[] = [];
  const fields: Record<string, string> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    fields[name] = typeOf(property);
    const extension = /API extensions?:\s*([a-z0-9_]+)/i.exec(property.description ?? "")?.[1];
    if (extension !== undefined) extensions[name] = extension;
    if (property["x-deprecated"]) deprecated.push(name);
  }
  return {
    fields,
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    ...(deprecated.length > 0 ? { deprecated } : {}),
  };
}

function answersOf(document: Document, operation: Operation, when?: string): AnswerFact[] {
  return Object.entries(operation.responses).filter(([code]) => Number(code) < 300).map(
    ([code, given]) => {
      const named = given.$ref?.slice(given.$ref.lastIndexOf("/") + 1);
      const answer = document.responses[named ?? ""] ?? given;
      const base = { status: Number(code), ...(when === undefined ? {} : { when }) };
      const properties = answer.schema?.properties;
      if (base.status === 101) return { ...base, kind: "upgrade" };
      if (named === "Operation") return { ...base, kind: "async" };
      if (named === "EmptySyncResponse") return { ...base, kind: "sync" };
      // Two documents name a definition where a response is meant: its envelope is implied.
      if (named !== undefined && properties === undefined) {
        return { ...base, kind: "sync", metadata: named };
      }
      if (properties === undefined) return { ...base, kind: "raw" };
      if (properties.metadata === undefined) return { ...base, kind: "sync" };
      return { ...base, kind: "sync", metadata: typeOf(properties.metadata) };
    },
  );
}

function mergeOperation(
  document: Document,
  into: OperationFact,
  operation: Operation,
  pseudo: string,
) {
  const when = pseudo.split("&").filter((it) => it !== "" && it !== "public").join("&") ||
    undefined;
  if (pseudo.split("&").includes("public")) into.public = true;
  for (const tag of operation.tags ?? []) if (!into.tags.includes(tag)) into.tags.push(tag);
  for (const parameter of operation.parameters ?? []) {
    const type = typeOf(parameter.schema ?? parameter);
    if (parameter.in === "query") (into.query ??= {})[parameter.name] = type;
    if (parameter.in === "header") (into.headers ??= {})[parameter.name] = type;
    if (parameter.in === "body" && parameter.schema?.$ref !== undefined) into.body ??= type;
    if (parameter.in === "body" && parameter.schema?.$ref === undefined) {
      into.rawBody ??= ["application/octet-stream"];
    }
  }
  const raw = operation.consumes?.filter((it) => it !== "application/json") ?? [];
  if (raw.length > 0) into.rawBody = raw;
  for (const answer of answersOf(document, operation, when)) {
    const known = into.answers.some((it) => JSON.stringify(it) === JSON.stringify(answer));
    if (!known) into.answers.push(answer);
  }
}

/** Distils one document. */
export function distil(document: Document): Facts {
  const definitions = Object.entries(document.definitions).map(([name, schema]) =>
    [name, definitionOf(schema)] as const
  );
  const operations: Record<string, OperationFact> = {};
  for (const [path, methods] of Object.entries(document.paths)) {
    const [plain = "", pseudo = ""] = path.split("?");
    for (const [method, operation] of Object.entries(methods)) {
      const key = `${method.toUpperCase()} ${plain.replace(/\{[^}]*\}/g, "{}")}`;
      operations[key] ??= { tags: [], answers: [] };
      mergeOperation(document, operations[key], operation, pseudo);
    }
  }
  return { definitions: Object.fromEntries(definitions), operations };
}

async function readDocument(path: string): Promise<Document> {
  const file = await Deno.open(path);
  const bytes = path.endsWith(".gz")
    ? file.readable.pipeThrough(new DecompressionStream("gzip"))
    : file.readable;
  return parse(await new Response(bytes).text());
}

if (import.meta.main) {
  const [name, path] = Deno.args;
  if (path === undefined || !specNames.includes(name as SpecName)) {
    throw new Error(`Usage: distill.ts ${specNames.join("|")} PATH`);
  }
  const facts = distil(await readDocument(path));
  await Deno.writeTextFile(factFile(name as SpecName), formatFacts(facts));
}
