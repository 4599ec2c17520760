/**
 * Notes every request that the library sends to a daemon of the kit, and that the daemon grants: one
 * line `kind METHOD /path` each, added to the file that `LXKIT_TEST_ROUTES` names. Loaded before each
 * test file by the test runner where the variable is set; `tools/coverage.ts` reads the lines.
 *
 * @module
 */

import { withoutQuery } from "../../src/core/path.ts";
import { Session, type SessionRequest } from "../../src/core/session.ts";

const file = Deno.env.get("LXKIT_TEST_ROUTES");
const directory = Deno.env.get("LXKIT_TEST_DIRECTORY");
if (!file || !directory) {
  throw new Error("Cannot note requests: LXKIT_TEST_ROUTES or LXKIT_TEST_DIRECTORY is not set");
}

const noted = new Set<string>();

function note({ connector, facts }: Session, method: string, path: string): void {
  // Fakes and sockets of unit tests are elsewhere.
  if (!connector.address.startsWith(`unix:${directory}/`)) return;
  const line = `${facts.dialect} ${method} ${withoutQuery(path)}\n`;
  if (noted.has(line)) return;
  noted.add(line);
  Deno.writeTextFileSync(file!, line, { append: true });
}

type Call = (
  this: Session,
  method: string,
  path: string,
  request?: SessionRequest,
) => Promise<unknown>;

for (const name of ["send", "exchange", "receive", "fetch"] as const) {
  const original = Session.prototype[name] as Call;
  const call: Call = async function (method, path, request) {
    const answer = await original.call(this, method, path, request);
    if (!(answer instanceof Response) || answer.ok) note(this, method, path);
    return answer;
  };
  Session.prototype[name] = call as never;
}

const { webSocket, upgrade } = Session.prototype;

Session.prototype.webSocket = async function (path, options) {
  const channel = await webSocket.call(this, path, options);
  note(this, "GET", path);
  return channel;
};

Session.prototype.upgrade = async function (path, protocol, options) {
  const connection = await upgrade.call(this, path, protocol, options);
  note(this, "GET", path);
  return connection;
};
