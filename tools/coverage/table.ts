/**
 * Which method of the library covers which route: one file an area, written by hand, checked by the
 * compiler. The expressions are never run; the page shows their text.
 *
 * @module
 */

import type { Routes } from "../../mod.ts";
import { auth } from "./auth.ts";
import { cluster } from "./cluster.ts";
import { images } from "./images.ts";
import { instances } from "./instances.ts";
import type { Names } from "./names.ts";
import { networks } from "./networks.ts";
import { server } from "./server.ts";
import { storage } from "./storage.ts";

/** An expression that sends the request of a route. */
export type Method = (names: Names) => unknown;

/** The methods of an area's routes. */
export type Methods = { [R in keyof Routes]?: Method | Method[] };

/** All methods. */
export const methods: Methods = {
  ...server,
  ...instances,
  ...images,
  ...networks,
  ...storage,
  ...cluster,
  ...auth,
};

/** Routes that no method covers, each with the reason; `client.raw` reaches them. */
export const rawOnly: { [R in keyof Routes]?: string } = {
  "GET /": "tells nothing but that the API is at `/1.0`",
  "PATCH /1.0/images/aliases/{alias}":
    "LXD 5.0.2 gives up on it after twenty seconds, so `alias.patch()` reads, changes and writes",
  "PATCH /1.0/auth/groups/{group}":
    "LXD takes away the permissions of the group, so `authGroup.patch()` reads, changes and writes",
  "PATCH /1.0/auth/identity-provider-groups/{group}":
    "LXD adds to the groups alone, so `providerGroup.patch()` reads, changes and writes",
  "PATCH /1.0/network-zones/{zone}/records/{record}":
    "Incus takes over the zone's configuration, so `record.patch()` reads, changes and writes",
  "POST /1.0/storage-pools/{pool}/volumes": "the same as for one type, with the type in the body",
};

const ovn = "needs a network of OVN, which the machines of the tests lack";

/** Why routes that both tested servers have do not run in the tests. */
export const unrun: { [R in keyof Routes]?: string } = {
  "GET /1.0/network-acls/{name}/log": ovn,
  "GET /1.0/networks/{network}/peers": ovn,
  "POST /1.0/networks/{network}/peers": ovn,
  "GET /1.0/networks/{network}/peers/{peer}": ovn,
  "PUT /1.0/networks/{network}/peers/{peer}": ovn,
  "PATCH /1.0/networks/{network}/peers/{peer}": ovn,
  "DELETE /1.0/networks/{network}/peers/{peer}": ovn,
};
