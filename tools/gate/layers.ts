/**
 * Which file of the package may import which: the layers, checked on the real import graph.
 *
 * @module
 */

/** An import, as paths from the root of the project. */
export interface Edge {
  /** The file that imports. */
  from: string;
  /** What it imports: a path of the project, or the specifier of anything else. */
  to: string;
  /** Whether it is an `import()`. */
  dynamic: boolean;
}

interface Layer {
  /** Whether a file belongs to the layer. */
  has(path: string): boolean;
  /** The names of the layers that its files may import. */
  imports: readonly string[];
  /** The names of the layers that its files may import by `import()` alone. */
  dynamic?: readonly string[];
  /** The packages that its files may import. */
  packages?: readonly string[];
}

const folder = (name: string) => (path: string) => path.startsWith(`src/${name}/`);
const file = (...names: string[]) => (path: string) => names.some((it) => path === `src/${it}`);

const vocabulary = ["types", "vocabulary"];
const core = [...vocabulary, "core"];
const layers: Record<string, Layer> = {
  types: { has: folder("types"), imports: ["types"] },
  vocabulary: { has: file("errors.ts", "connector.ts"), imports: vocabulary },
  core: { has: folder("core"), imports: core },
  // The files of the machine, whichever connector there is: by its own layer, as it is loaded by what is
  // to run without it.
  "local files": {
    has: folder("connectors/local_files"),
    imports: [...core, "local files"],
  },
  resources: {
    has: folder("resources"),
    imports: [...core, "resources"],
    dynamic: ["local files"],
  },
  raw: { has: folder("raw"), imports: [...core, "raw"] },
  connectors: { has: folder("connectors"), imports: [...core, "connectors"] },
  open: { has: file("open.ts"), imports: core },
  remote: { has: file("remote_connector.ts"), imports: core, dynamic: ["connectors"] },
  join: { has: file("join.ts", "joining.ts"), imports: [...core, "open", "remote", "join"] },
  connection: {
    has: folder("connection"),
    imports: [...core, "resources", "raw", "open", "connection"],
  },
  client: { has: file("client.ts"), imports: [...core, "resources", "connection"] },
  connect: {
    has: file("connect.ts"),
    imports: [...core, "open", "remote", "join", "client"],
    dynamic: ["connectors"],
  },
  auth: { has: folder("auth"), imports: [...core, "auth"] },
  trust: { has: folder("trust"), imports: [...core, "trust"], packages: ["@peculiar/x509"] },
  remotes: {
    has: folder("remotes"),
    imports: [...core, "client", "remote", "join", "connect", "remotes"],
    packages: ["yaml"],
  },
  simplestreams: { has: folder("simplestreams"), imports: [...core, "simplestreams"] },
  // A simulated server that shared code with the client would prove nothing.
  simulator: { has: folder("testing/simulator"), imports: ["types", "simulator"] },
  testing: {
    has: folder("testing"),
    imports: [...core, "client", "connect", "simulator", "testing"],
  },
  mod: {
    has: (path) => path === "mod.ts",
    imports: [
      ...core,
      "resources",
      "raw",
      "open",
      "remote",
      "join",
      "connection",
      "client",
      "connect",
    ],
  },
};

function layerOf(path: string): string | undefined {
  return Object.keys(layers).find((name) => layers[name]?.has(path));
}

/** Says what is wrong with an import, or nothing. */
export function judge({ from, to, dynamic }: Edge): string | undefined {
  const source = layerOf(from);
  if (!source) return `${from}: belongs to no layer`;
  if (
    layers[source]?.packages?.some((name) => to.replace("npm:/", "npm:").startsWith(`npm:${name}@`))
  ) return;
  const target = layerOf(to);
  if (!target) return `${from}: imports ${to}, which is not of the package`;
  const { imports = [], dynamic: lazily = [] } = layers[source] ?? {};
  if (imports.includes(target)) return;
  if (dynamic && lazily.includes(target)) return;
  const how = lazily.includes(target) ? `${target}/ other than by import()` : to;
  return `${from}: ${source} may not import ${how}`;
}
