/** The rules by which the four documents become one model of wire types. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  correctedTypes,
  routeBodies,
  routeKinds,
  routeMetadata,
  routeQueries,
} from "../../tools/wire/corrections.ts";
import { availability, unusedTexts } from "../../tools/wire/docs.ts";
import { formatFacts, parseFacts, readFacts } from "../../tools/wire/facts.ts";
import { type Field, merge, toTypeScript } from "../../tools/wire/merge.ts";
import { needed, nullable, omitted } from "../../tools/wire/presence.ts";
import { nameParameters } from "../../tools/wire/routes.ts";
import { distil } from "../../tools/wire/swagger.ts";
import { knownWords } from "../../tools/wire/words.ts";

const facts = await readFacts();
const model = merge(facts);

function field(type: string, name: string): Field | undefined {
  return model.types.get(type)?.fields?.find((it) => it.name === name);
}

Deno.test("a type expression becomes TypeScript", () => {
  const name = (it: string) => `${it}Data`;
  assertEquals(toTypeScript("time", name), "string");
  assertEquals(toTypeScript("uint64", name), "number");
  assertEquals(
    toTypeScript("map<map<Image>[]>", name),
    "Record<string, Record<string, ImageData>[]>",
  );
});

Deno.test("an entity is named apart from its model, its parts and requests are not", () => {
  for (const name of ["InstanceData", "InstanceFullData", "ServerData", "OperationData"]) {
    assertEquals(model.types.has(name), true, name);
  }
  for (const name of ["InstancePut", "InstancesPost", "InstanceState", "NetworkLease"]) {
    assertEquals(model.types.has(name), true, name);
  }
  assertEquals(model.types.has("Instance"), false);
});

Deno.test("an answer's field is optional unless all documents have it", () => {
  assertEquals(field("InstanceData", "name")?.optional, false);
  assertEquals(field("InstanceState", "os_info")?.optional, true);
  assertEquals(field("InstanceState", "os_info")?.specs, ["incus_6_0_4", "incus_main"]);
});

Deno.test("a request's field is optional unless the request needs it", () => {
  assertEquals(field("InstanceExecPost", "command")?.optional, false);
  assertEquals(field("InstanceExecPost", "environment")?.optional, true);
  assertEquals(field("InstancePut", "config")?.optional, true);
});

Deno.test("twins of both daemons become one type", () => {
  assertEquals(model.types.get("StorageVolumeBackupData")?.specs.length, 4);
  assertEquals(model.types.has("StoragePoolVolumeBackupData"), false);
});

Deno.test("documents that differ need a correction", () => {
  const changed = structuredClone(facts);
  changed.lxd_main.definitions.Profile!.fields!.description = "int64";
  assertThrows(
    () => merge(changed),
    Error,
    'Cannot merge "Profile.description": the documents differ: string, number',
  );
});

Deno.test("a new path needs a name for its parameter", () => {
  assertEquals(nameParameters("GET /1.0/storage-pools/{}/volumes/{}/{}"), {
    key: "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}",
    path: ["pool", "type", "volume"],
  });
  assertThrows(() => nameParameters("GET /1.0/wonders/{}"), Error, "Cannot name a parameter");
});

Deno.test("every operation of the four documents has its route", () => {
  const wanted = new Set(
    Object.values(facts).flatMap((it) => Object.keys(it.operations)),
  );
  const got = new Set([...model.routes.keys()].map((it) => it.replace(/\{\w+\}/g, "{}")));
  assertEquals(got, wanted);
});

Deno.test("a route that one server answers at once and another later says both", () => {
  const route = model.routes.get("PUT /1.0/profiles/{name}");
  assertEquals(route?.kinds, ["async", "sync"]);
  assertEquals(route?.metadata, "OperationData | EmptyMetadata");
});

Deno.test("availability names the fewest words that are true", () => {
  assertEquals(availability(["lxd_5_0_2", "lxd_main", "incus_6_0_4", "incus_main"]), undefined);
  assertEquals(availability(["lxd_main"]), "LXD only, not in LXD 5.0.2.");
  assertEquals(availability(["incus_6_0_4", "incus_main"]), "Incus only.");
  assertEquals(availability(["lxd_main", "incus_6_0_4", "incus_main"]), "Not in LXD 5.0.2.");
  assertEquals(availability(["lxd_main"], ["lxd_main"]), undefined);
});

Deno.test("no text is left from something that is gone", () => {
  assertEquals(unusedTexts(model), []);
});

Deno.test("no correction is left from something that is gone", () => {
  const tables = [needed, omitted, nullable].flatMap((table) =>
    Object.entries(table).flatMap(([definition, names]) => names.map((it) => `${definition}.${it}`))
  );
  const known = new Set<string>();
  for (const { definition, fields } of model.types.values()) {
    known.add(definition);
    for (const { name } of fields ?? []) known.add(`${definition}.${name}`);
  }
  const keys = [...tables, ...Object.keys(knownWords), ...Object.keys(correctedTypes)];
  assertEquals(keys.filter((it) => !known.has(it)), []);
  const routes = [routeBodies, routeKinds, routeMetadata, routeQueries].flatMap(Object.keys);
  assertEquals(routes.filter((it) => !model.routes.has(it)), []);
});

Deno.test("facts survive being written and read", () => {
  assertEquals(parseFacts(formatFacts(facts.incus_main)), facts.incus_main);
});

Deno.test("distilling keeps names and types, and none of the prose", () => {
  const distilled = distil({
    definitions: {
      Thing: {
        type: "object",
        properties: {
          size: {
            type: "integer",
            format: "uint64",
            description: "Prose.\n\nAPI extension: sizes",
          },
        },
      },
    },
    paths: {
      "/1.0/things?recursion=1": {
        get: {
          tags: ["things"],
          responses: {
            "200": {
              schema: { properties: { metadata: { type: "array", items: { $ref: "#/x/Thing" } } } },
            },
            "404": { $ref: "#/responses/NotFound" },
          },
        },
      },
    },
    responses: {},
  });
  assertEquals(distilled, {
    definitions: { Thing: { fields: { size: "uint64" }, extensions: { size: "sizes" } } },
    operations: {
      "GET /1.0/things": {
        tags: ["things"],
        answers: [{ status: 200, when: "recursion=1", kind: "sync", metadata: "Thing[]" }],
      },
    },
  });
  assertEquals(formatFacts(distilled).includes("Prose"), false);
});

Deno.test("a schema that cannot be read is an error", () => {
  const document = { definitions: { Thing: { properties: { a: { type: "tuple" } } } } };
  const error = assertThrows(() => distil({ ...document, paths: {}, responses: {} }), Error);
  assertStringIncludes(error.message, 'unknown type "tuple"');
});
