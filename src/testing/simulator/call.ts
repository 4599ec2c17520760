import { decodeJson, type GoTypes } from "./go_json.ts";
import { badRequest } from "./refusal.ts";

/** One request to a simulated server. */
export class Call {
  /** The HTTP method. */
  readonly method: string;
  /** The path, as it was sent. */
  readonly path: string;
  /** The query. */
  readonly query: URLSearchParams;
  /** The parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The request itself, for its headers, its body and its signal. */
  readonly request: Request;

  /** A request, and what its route found in its path. */
  constructor(request: Request, url: URL, params: Record<string, string>) {
    this.method = request.method;
    this.path = url.pathname;
    this.query = url.searchParams;
    this.params = params;
    this.request = request;
  }

  /** The header fields. */
  get headers(): Headers {
    return this.request.headers;
  }

  /** The project that was asked for. */
  get project(): string {
    return this.query.get("project") || "default";
  }

  /** Whether things of all projects are asked for. */
  get allProjects(): boolean {
    const all = this.flag("all-projects");
    if (all && this.query.has("project")) {
      throw badRequest("Cannot specify a project when requesting all projects");
    }
    return all;
  }

  /** How much a list or a thing is to carry. */
  get recursion(): number {
    return parseInt(this.query.get("recursion") ?? "", 10) || 0;
  }

  /** A part of the path. */
  param(name: string): string {
    return this.params[name]!;
  }

  /** Whether a parameter of the query is true. */
  flag(name: string): boolean {
    return ["1", "true", "yes", "on"].includes(this.query.get(name) ?? "");
  }

  /**
   * The JSON body. `type` is the daemons' name of what it is to be, for their words of what it is not.
   *
   * @throws {Refusal} when it is something else.
   */
  async json<T>(type: string, fields?: GoTypes): Promise<T> {
    return decodeJson(await this.request.text(), type, fields) as T;
  }
}
