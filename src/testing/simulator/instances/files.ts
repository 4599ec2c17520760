import type { Call } from "../call.ts";
import { pathOf } from "../documents.ts";
import { badRequest } from "../refusal.ts";
import type { Route } from "../router.ts";
import type { SimulatedServer } from "../server.ts";
import type { Instances } from "./instances.ts";

const EVENTS: Record<string, string> = {
  GET: "file-retrieved",
  POST: "file-pushed",
  DELETE: "file-deleted",
};

/** The files of instances. */
export class FileRoutes {
  readonly #server: SimulatedServer;
  readonly #instances: Instances;

  /** Of a server. */
  constructor(server: SimulatedServer, instances: Instances) {
    this.#server = server;
    this.#instances = instances;
  }

  /** What answers under `files`, and what says at `sftp` that it is to be upgraded. */
  routes(): Route[] {
    const answer = (call: Call) => this.#answer(call);
    return [
      {
        path: "/1.0/instances/{name}/files",
        methods: { GET: answer, HEAD: answer, POST: answer, DELETE: answer },
      },
      {
        path: "/1.0/instances/{name}/sftp",
        methods: {
          GET: () => {
            throw badRequest("Missing or invalid upgrade header");
          },
        },
      },
    ];
  }

  async #answer(call: Call): Promise<Response> {
    const instance = this.#instances.of(call);
    const failure = this.#server.plannedFailure(call);
    if (failure) throw failure;
    const { dialect: kind, extensions } = this.#server;
    const path = call.query.get("path");
    const { method, headers } = call;
    const { body } = call.request;
    const request = { method, path, headers, body };
    const response = await instance.guest.answerFiles(request, { kind, extensions });
    const action = EVENTS[method];
    if (response.ok && action) {
      const { project, name } = instance;
      const source = `${pathOf("/1.0/instances", { name, project: "default" })}/files`;
      this.#server.lifecycle(`instance-${action}`, source, {
        project,
        name,
        context: { file: path },
      });
    }
    return response;
  }
}
