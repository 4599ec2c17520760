import type { Call } from "../call.ts";
import { documentRoutes } from "../documents.ts";
import { badRequest, conflict, notFound } from "../refusal.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import type { Images } from "./images.ts";
import type { AliasRecord } from "./record.ts";

/** What answers under `/1.0/images/aliases`. */
export function aliasRoutes(server: SimulatedServer, images: Images): Route[] {
  const shelf = (project: string) => images.aliases.in(images.owner(project));
  return documentRoutes<AliasRecord>(server, {
    path: "/1.0/images/aliases",
    event: "image-alias",
    fields: { description: "", target: "" },
    shelf: ({ project }) => shelf(project),
    view: ({ description, target, name, type }) => ({ description, target, name, type }),
    missing: () => "Image alias not found",
    create: async (call: Call) => {
      const body = await call.json<AliasRecord>("ImageAliasesPost", { target: "string" });
      const { name, description = "", target } = body;
      if (!name || !target) throw badRequest("name and target are required");
      if (shelf(call.project).has(name)) throw conflict(`Alias "${name}" already exists`);
      const image = images.find(call.project, target);
      if (!image) throw notFound("Image not found");
      return {
        name,
        project: images.owner(call.project),
        description,
        target: image.fingerprint,
        type: image.type,
      };
    },
    change: (_, { target }, { project }) => {
      if (!target) throw badRequest("The target field is required");
      if (!images.find(project, target)) throw notFound("Image not found");
    },
    rename: (_, name, { project }) => {
      if (shelf(project).has(name)) throw conflict(`Alias "${name}" already in use`);
    },
  });
}
