/** Texts of fields by name, or by `Definition.field` where the name alone does not tell. */
export const fieldDocs: Record<string, string> = {};
