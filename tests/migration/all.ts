import { clientSections } from "./client.ts";
import { clusterSections } from "./cluster.ts";
import { imageSections } from "./images.ts";
import { instanceSections } from "./instances.ts";
import { objectSections } from "./objects.ts";
import { otherSections } from "./other_clients.ts";
import type { Section } from "./section.ts";
import { storageSections } from "./storage.ts";

/** The whole page in the order in which its lines run. */
export const sections: Section[] = [
  ...clientSections,
  ...instanceSections,
  ...imageSections,
  ...objectSections,
  ...storageSections,
  ...otherSections,
  ...clusterSections,
];
