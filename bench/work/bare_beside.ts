/**
 * The same work without this package, in a process that has loaded its modules: the memory that these alone
 * take.
 *
 * @module
 */

import "../../mod.ts";

export * from "./bare.ts";
