import type { SimulatedServer } from "../server.ts";
import type { Project } from "./projects.ts";

/** How much of something a project may have and has, as the daemons spell it. */
export interface Usage {
  /** The most of it; -1 where there is no limit. */
  Limit: number;
  /** What there is of it. */
  Usage: number;
}

/** What a project has, and what it may have. */
export function usageOf(server: SimulatedServer, project: Project): Record<string, Usage> {
  const instances = server.modules.instances.in(project.name);
  const networks = server.modules.networks.pathsIn(project.name);
  const containers = instances.filter(({ type }) => type === "container").length;
  const used: Record<string, number> = {
    containers,
    cpu: 0,
    disk: 0,
    instances: instances.length,
    memory: 0,
    networks: networks.length,
    processes: 0,
    "virtual-machines": instances.length - containers,
  };
  return Object.fromEntries(
    Object.entries(used).map(([name, Usage]) => {
      const limit = Number(project.config[`limits.${name}`]);
      return [name, { Limit: Number.isInteger(limit) ? limit : -1, Usage }];
    }),
  );
}
