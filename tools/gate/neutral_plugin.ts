/**
 * A lint plugin for the neutral part of `src/`: only connectors name a runtime.
 *
 * A bare `process` needs no rule: the check with the DOM's types alone refuses it.
 *
 * @module
 */

const runtimes = new Set(["Deno", "Bun"]);

/** Whether a file may name a runtime. */
function isConnector(path: string): boolean {
  return path.includes("/src/connectors/");
}

/** Whether a file may look at what the runtime offers. */
function mayLookAround(path: string): boolean {
  return isConnector(path) || /\/src\/(connect|remote_connector|remotes\/system)\.ts$/.test(path);
}

const plugin: Deno.lint.Plugin = {
  name: "neutral",
  rules: {
    "no-runtime-name": {
      create(context) {
        if (isConnector(context.filename)) return {};
        return {
          Identifier(node) {
            if (!runtimes.has(node.name)) return;
            context.report({ node, message: `Only connectors may name ${node.name}` });
          },
        };
      },
    },
    "no-global-this": {
      create(context) {
        if (mayLookAround(context.filename)) return {};
        return {
          'Identifier[name="globalThis"]'(node: Deno.lint.Identifier) {
            const message =
              "Only connect(), connectors and remotes may look at what the runtime offers";
            context.report({ node, message });
          },
        };
      },
    },
    // The npm package is the source without its types, and Node reads it as of 20.
    "no-using": {
      create(context) {
        return {
          VariableDeclaration(node) {
            if (!/using$/.test(node.kind)) return;
            const message = "Node 20 and 22 cannot read `using`: dispose in a `finally`";
            context.report({ node, message });
          },
        };
      },
    },
    // The import graph holds no import() whose specifier is worked out at run time.
    "literal-import": {
      create(context) {
        return {
          ImportExpression(node) {
            if (node.source.type === "Literal") return;
            context.report({ node, message: "The specifier of an import() must be a literal" });
          },
        };
      },
    },
  },
};

export default plugin;
