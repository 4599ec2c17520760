/**
 * Where the simulator does not answer as the daemon did, and why.
 *
 * @module
 */

/** The reasons by the dialect and the request. */
export const knownDifferences: ReadonlyMap<string, string> = new Map();
