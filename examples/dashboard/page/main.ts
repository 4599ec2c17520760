/**
 * The page: the instances of the server that it comes from.
 *
 * @module
 */

import { connect } from "../../../mod.ts";
import { follow, giveUp } from "./board.ts";

async function run(): Promise<void> {
  await using client = await connect({ url: "/" });
  await follow(client);
}

run().catch(giveUp);
