import { answerDownload } from "./file_download.ts";
import { FileError } from "./files/file_error.ts";
import type { AnyNode, Ownership } from "./files/file_node.ts";
import type { GuestFiles } from "./files/guest_files.ts";
import { badRequest, Refusal } from "../refusal.ts";
import { errorBody, syncBody } from "../reply.ts";

/** Which server's ways are followed. */
export type GuestKind = "lxd" | "incus";

/** A request to the `files` path of an instance or volume. */
export interface FilesRequest {
  /** The HTTP method. */
  method: string;
  /** The path in the query; empty or null where there is none. */
  path: string | null;
  /** The header fields. */
  headers: Headers;
  /** The body, where there is one. */
  body: ReadableStream<Uint8Array> | null;
}

/** What the files API needs to know of its server. */
export interface FilesServer {
  /** Which server's ways are followed. */
  kind: GuestKind;
  /** The API extensions that it has. */
  extensions: ReadonlySet<string>;
}

/** Answers a request to the `files` path of an instance or volume, as the daemons do. */
export async function answerFiles(
  files: GuestFiles,
  request: FilesRequest,
  server: FilesServer,
): Promise<Response> {
  const answer = await answerWhole(files, request, server);
  if (request.method !== "HEAD" || !answer.body) return answer;
  await answer.body.cancel();
  return new Response(null, answer);
}

async function answerWhole(
  files: GuestFiles,
  request: FilesRequest,
  server: FilesServer,
): Promise<Response> {
  const { method } = request;
  if (!["GET", "HEAD", "POST", "DELETE"].includes(method)) return failure(501, "not implemented");
  if (!request.path) return failure(400, "Missing path argument");
  const path = request.path.startsWith("/") ? request.path : `/${request.path}`;
  try {
    if (method === "GET" || method === "HEAD") return look(files, path, request, server);
    if (method === "DELETE") return remove(files, path, request, server);
    return await post(files, path, request, server);
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status, error.message);
    if (error instanceof ActionError) return refusal(error.action, path, error.cause);
    throw error;
  }
}

/** What failed while this was done with the path. */
class ActionError extends Error {
  override name = "ActionError";
  readonly action: string;
  override readonly cause: FileError;

  constructor(action: string, cause: FileError) {
    super(`${action}: ${cause.message}`);
    this.action = action;
    this.cause = cause;
  }
}

/** Names what is being done, for the daemons' words of what fails. */
function during<T>(action: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof FileError ? new ActionError(action, error) : error;
  }
}

function look(
  files: GuestFiles,
  path: string,
  { method, headers: asked }: FilesRequest,
  { kind, extensions }: FilesServer,
): Response {
  if (method === "HEAD" && !extensions.has("instance_file_head")) {
    return failure(501, "not implemented");
  }
  const node = during("lstat", () => files.lookup(path, { follow: false }));
  const headers = describe(node, kind);
  const { type } = node;
  if (method === "HEAD") {
    // LXD leaves out how long a file is.
    const told = type === "file" && kind === "incus";
    headers.set("content-type", told ? "application/octet-stream" : "application/json");
    if (told) headers.set("content-length", String(node.content.length));
    return new Response(null, { headers });
  }
  if (type === "directory") return success(files.list(path), headers);
  const content = type === "file"
    ? node.content
    : type === "symlink"
    ? targetOf(path, node.target)
    : new Uint8Array();
  // Of what is no file, the time is that of the answer.
  const modified = type === "symlink" ? Date.now() : node.modified;
  return answerDownload({ content, modified, name: path.split("/").at(-1)!, headers, asked });
}

/** Where a link leads to, as the daemons tell: the absolute path, without looking what is there. */
function targetOf(path: string, target: string): Uint8Array {
  const base = target.startsWith("/") ? [] : path.split("/").slice(0, -1);
  const parts: string[] = [];
  for (const part of [...base, ...target.split("/")]) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return new TextEncoder().encode(`/${parts.join("/")}`);
}

function describe(node: AnyNode, kind: GuestKind): Headers {
  const time = new Date(node.modified).toISOString();
  const fields = {
    uid: String(node.uid),
    gid: String(node.gid),
    mode: `0${(node.mode & 0o777).toString(8).padStart(3, "0")}`,
    modified: `${time.slice(0, 10)} ${time.slice(11, 19)} +0000 UTC`,
    type: node.type === "device" ? "file" : node.type,
  };
  const prefix = prefixOf(kind);
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) headers.set(`${prefix}${name}`, value);
  return headers;
}

function prefixOf(kind: GuestKind): string {
  return kind === "lxd" ? "x-lxd-" : "x-incus-";
}

async function post(
  files: GuestFiles,
  path: string,
  { headers, body }: FilesRequest,
  server: FilesServer,
): Promise<Response> {
  const field = (name: string) => headers.get(prefixOf(server.kind) + name) ?? "";
  const type = field("type") || "file";
  const write = field("write") || "overwrite";
  const owner = { uid: numberOf(field("uid")), gid: numberOf(field("gid")) };
  const mode = modeOf(field("mode"));
  if (!["file", "directory", "symlink"].includes(type)) {
    throw badRequest(`Bad file type: ${type}`);
  }
  if (!["overwrite", "append"].includes(write)) {
    throw badRequest(`Bad file write mode: ${write}`);
  }
  if (type === "directory") {
    const fallback = server.kind === "lxd" ? 0o750 : 0o755;
    // What is there already is left as it is, whatever it is.
    if (!files.find(path, { follow: false })) {
      during("mkdir", () => files.mkdir(path, { mode: mode ?? fallback, ...owner }));
    }
    await body?.cancel();
    return success({});
  }
  if (type === "symlink") {
    const target = body ? await new Response(body).text() : "";
    during(`symlink ${target}`, () => files.symlink(target, path));
    return success({});
  }
  const append = write === "append";
  const isNew = !files.find(path);
  const node = during("open", () => {
    const options = { create: !append, truncate: !append, ...owner, mode: mode ?? 0o644 };
    const node = files.open(path, options);
    if (node.type === "directory") throw new FileError("EISDIR");
    return node;
  });
  if (!isNew && server.extensions.has("instances_files_modify_permissions")) {
    modify(node, field("modify-perm"), { ...owner, mode });
  }
  if (!body) return success({});
  let offset = append && node.type === "file" ? node.content.length : 0;
  for await (const chunk of body) {
    if (node.type !== "file") continue;
    const at = offset;
    during("write", () => files.writeAt(node, at, chunk));
    offset += chunk.length;
  }
  return success({});
}

function modify(node: AnyNode, list: string, wanted: Ownership): void {
  for (const name of list.split(",")) {
    if (name !== "uid" && name !== "gid" && name !== "mode") continue;
    const value = wanted[name];
    if (value !== undefined) node[name] = value;
  }
}

function remove(
  files: GuestFiles,
  path: string,
  { headers }: FilesRequest,
  { kind, extensions }: FilesServer,
): Response {
  const force = extensions.has("file_delete_force") &&
    ["true", "1", "yes"].includes(headers.get(`${prefixOf(kind)}force`) ?? "");
  during("remove", () => {
    const { type } = files.lookup(path, { follow: false });
    if (force) files.removeAll(path);
    else if (type === "directory") files.removeDirectory(path);
    else files.remove(path);
  });
  return success({});
}

/** What is no number is taken for 0, as by the daemons. */
function numberOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : 0;
}

/** The mode in a header, read as by Go: octal after a zero. The daemons keep the nine lowest bits. */
function modeOf(text: string): number | undefined {
  if (/^0[0-7]+$/.test(text)) return parseInt(text, 8) & 0o777;
  return /^(0[xob])?[0-9a-f]+$/i.test(text) && Number.isFinite(+text) ? +text & 0o777 : undefined;
}

function refusal(action: string, path: string, { errno, message }: FileError): Response {
  if (errno === "ENOENT") return failure(404, "Not Found");
  if (errno === "EACCES" || errno === "EPERM") return failure(403, "Forbidden");
  return failure(500, `sftp: "${action} ${path}: ${message}" (SSH_FX_FAILURE)`);
}

/** The envelope of what was done. */
function success(metadata: unknown, headers: Headers = new Headers()): Response {
  return envelope(200, syncBody(metadata), headers);
}

/** The envelope of a refusal. */
function failure(status: number, error: string): Response {
  const headers = new Headers({ "x-content-type-options": "nosniff" });
  return envelope(status, errorBody(status, error), headers, "\n\n");
}

function envelope(status: number, body: unknown, headers: Headers, end = "\n"): Response {
  const bytes = new TextEncoder().encode(`${JSON.stringify(body)}${end}`);
  headers.set("content-type", "application/json");
  headers.set("content-length", String(bytes.length));
  return new Response(bytes, { status, headers });
}
