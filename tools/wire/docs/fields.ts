/**
 * Texts of fields by name, or by `Definition.field` where the name alone does not tell. A name means
 * one thing across the types of one file, so that a text stands once.
 */
import { commonFields } from "./common_fields.ts";
import { instanceFields } from "./instance_fields.ts";
import { networkFields } from "./network_fields.ts";
import { resourceFields } from "./resource_fields.ts";
import { serverFields } from "./server_fields.ts";
import { storageFields } from "./storage_fields.ts";

/** The tables, of which no two may have the same key. */
export const fieldTables: readonly Record<string, string>[] = [
  commonFields,
  instanceFields,
  networkFields,
  resourceFields,
  serverFields,
  storageFields,
];

/** All texts. */
export const fieldDocs: Record<string, string> = Object.assign({}, ...fieldTables);
