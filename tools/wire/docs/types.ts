/** Texts of types by definition. */
export const typeDocs: Record<string, string> = {};
