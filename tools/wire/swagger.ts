/** Reads the facts out of an OpenAPI document (Swagger 2.0). */
import type { AnswerFact, DefinitionFact, Facts, OperationFact } from "./facts.ts";

/** The part of a Swagger 2.0 schema that the daemons' documents use. */
export interface Schema {
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

/** A parameter of an operation. */
export interface Parameter extends Schema {
  in: "path" | "query" | "header" | "body";
  name: string;
  schema?: Schema;
}

/** An answer of an operation. */
export interface Answer {
  $ref?: string;
  schema?: Schema;
}

/** A method of a path. */
export interface Operation {
  tags?: string[];
  consumes?: string[];
  produces?: string[];
  parameters?: Parameter[];
  responses: Record<string, Answer>;
}

/** The part of an OpenAPI document that is read. */
export interface Document {
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
