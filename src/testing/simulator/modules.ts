import { Certificates } from "./access/certificates.ts";
import { Cluster } from "./cluster/cluster.ts";
import type { SeedImage } from "./images/seed_image.ts";
import { Images } from "./images/images.ts";
import { Instances } from "./instances/instances.ts";
import { Networks } from "./networks/networks.ts";
import { Profiles } from "./projects/profiles.ts";
import { Projects } from "./projects/projects.ts";
import type { Route } from "./router.ts";
import type { Modules, SimulatedServer } from "./server.ts";
import { ServerFacts } from "./server_facts.ts";
import { StoragePools } from "./storage/pools.ts";
import { Warnings } from "./warnings.ts";

/** The parts of a server, and what answers for them. */
export function buildModules(
  server: SimulatedServer,
  images: readonly SeedImage[],
): { modules: Modules; routes: Route[] } {
  const modules = {
    facts: new ServerFacts(server),
    projects: new Projects(server),
    profiles: new Profiles(server),
    images: new Images(server, images),
    instances: new Instances(server),
    pools: new StoragePools(server),
    networks: new Networks(server),
    certificates: new Certificates(server),
    warnings: new Warnings(server),
    cluster: new Cluster(server),
  };
  const routes = Object.values(modules).flatMap((it) => it.routes());
  return { modules, routes };
}
