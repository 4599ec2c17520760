/**
 * A table of all instances that follows the server, and a tab for each terminal.
 *
 * @module
 */
/// <reference lib="dom" />

import type { Client, Instance } from "../../../mod.ts";
import { element } from "./element.ts";
import { Row } from "./row.ts";
import { Tabs } from "./tabs.ts";
import { openTerminal } from "./terminal.ts";

/** How often what instances use is read, in milliseconds. */
const INTERVAL = 2000;
/** How long a message stays, in milliseconds. */
const MESSAGE_LIFETIME = 8000;

const rows = new Map<string, Row>();
const tabs = new Tabs(element("tabs"), element("panels"));
tabs.add("Instances", element("instances"));

let hiding: ReturnType<typeof setTimeout> | undefined;

/** Tells the person what failed. */
function report(error: unknown): void {
  const trouble = element("trouble");
  trouble.textContent = error instanceof Error ? error.message : String(error);
  trouble.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => trouble.hidden = true, MESSAGE_LIFETIME);
}

function openShell(instance: Instance): void {
  openTerminal(tabs, instance).catch(report);
}

function show(client: Client, instances: Instance[]): void {
  for (const [name, row] of rows) {
    if (instances.some((it) => it.name === name)) continue;
    row.element.remove();
    rows.delete(name);
  }
  for (const [index, instance] of instances.entries()) {
    const row = rows.get(instance.name) ?? new Row(instance, { openShell, report });
    row.update(instance);
    rows.set(instance.name, row);
    const place = element("rows").children[index] ?? null;
    // What has the focus loses it when it is moved.
    if (place !== row.element) element("rows").insertBefore(row.element, place);
  }
  const running = instances.filter((it) => it.data.status === "Running").length;
  const { server_name = "", server_version = "" } = client.server.data.environment ?? {};
  const kind = client.dialect === "lxd" ? "LXD" : "Incus";
  element("server").textContent = server_name;
  element("summary").textContent =
    `${kind} ${server_version} · ${running} of ${instances.length} running`;
  element("empty").hidden = instances.length > 0;
}

/** Shows the instances of a server from then on. */
export async function follow(client: Client): Promise<void> {
  const events = client.events({ types: ["lifecycle"] });
  let changed = Promise.withResolvers<void>();
  const following = (async () => {
    for await (const _ of events) changed.resolve();
  })();
  following.catch(report);
  while (true) {
    await client.instances.list({ recursion: 2, timeout: 10_000 })
      .then((instances) => show(client, instances))
      .catch(report);
    await Promise.race([changed.promise, new Promise((resolve) => setTimeout(resolve, INTERVAL))]);
    changed = Promise.withResolvers();
  }
}

/** Tells that there is no server to show. */
export function giveUp(error: unknown): void {
  element("server").textContent = "No server";
  report(error);
}
