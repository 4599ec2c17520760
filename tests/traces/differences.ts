export const knownDifferences: ReadonlyMap<string, string> = new Map();
