/** Doc comments of generated types. */
import type { Field, Model, Type } from "./merge.ts";
import { fieldDocs } from "./docs/fields.ts";
import { typeDocs } from "./docs/types.ts";
import type { SpecName } from "./facts.ts";
import { specNames } from "./facts.ts";

const lxd: readonly SpecName[] = ["lxd_5_0_2", "lxd_main"];
const incus: readonly SpecName[] = ["incus_6_0_4", "incus_main"];
const versions: Record<SpecName, string> = {
  lxd_5_0_2: "LXD 5.0.2",
  lxd_main: "LXD main (2026-08)",
  incus_6_0_4: "Incus 6.0.4",
  incus_main: "Incus main (2026-08)",
};

/** Says which documents have something, out of those that could; nothing when all have it. */
export function availability(
  having: readonly SpecName[],
  among: readonly SpecName[] = specNames,
): string | undefined {
  const lacking = among.filter((it) => !having.includes(it));
  if (lacking.length === 0) return undefined;
  const only = (own: readonly SpecName[], others: readonly SpecName[]) =>
    among.some((it) => others.includes(it)) && others.every((it) => !having.includes(it)) &&
    having.every((it) => own.includes(it));
  const missing = (of: readonly SpecName[]) =>
    lacking.filter((it) => of.includes(it)).map((it) => versions[it]).join(" and ");
  const but = (of: readonly SpecName[]) => missing(of) === "" ? "" : `, not in ${missing(of)}`;
  if (only(lxd, incus)) return `LXD only${but(lxd)}.`;
  if (only(incus, lxd)) return `Incus only${but(incus)}.`;
  return `Not in ${missing(specNames)}.`;
}

/** Names the API extension of a field, apart where the daemons' differ. */
function extensionNote(field: Field): string | undefined {
  const names = [...new Set(Object.values(field.extensions))];
  return names.length === 0
    ? undefined
    : `API extension ${names.map((it) => `\`${it}\``).join(" or ")}.`;
}

/** Wraps text into a doc comment. */
export function comment(paragraphs: readonly string[], indent: string): string {
  const width = 100 - indent.length - 3;
  const lines: string[] = [];
  for (const [i, paragraph] of paragraphs.entries()) {
    if (i > 0) lines.push("");
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  if (lines.length === 1 && lines[0]!.length <= width - 4) return `${indent}/** ${lines[0]} */`;
  const body = lines.map((it) => `${indent} *${it === "" ? "" : ` ${it}`}`).join("\n");
  return `${indent}/**\n${body}\n${indent} */`;
}

/** Keys of texts that nothing uses, which are left from a field or type that is gone. */
export function unusedTexts(model: Model): string[] {
  const used = new Set<string>();
  for (const type of model.types.values()) {
    used.add(type.definition);
    for (const { name } of type.fields ?? []) {
      const key = `${type.definition}.${name}`;
      used.add(fieldDocs[key] === undefined ? name : key);
    }
  }
  return [...Object.keys(fieldDocs), ...Object.keys(typeDocs)].filter((it) => !used.has(it));
}

/** The doc comment of a field, or undefined when no text is written for it. */
export function fieldComment(type: Type, field: Field): string | undefined {
  const text = fieldDocs[`${type.definition}.${field.name}`] ?? fieldDocs[field.name];
  if (text === undefined) return undefined;
  const notes = [availability(field.specs, type.specs), extensionNote(field)];
  const paragraphs = [[text, ...notes.filter((it) => it !== undefined)].join(" ")];
  if (field.deprecated.length > 0) {
    const where = field.deprecated.length === field.specs.length
      ? ""
      : `In ${field.deprecated.map((it) => versions[it]).join(" and ")}.`;
    paragraphs.push(`@deprecated ${where}`.trim());
  }
  return comment(paragraphs, "  ");
}

function endpoints(routes: readonly string[]): string {
  const shown = routes.slice(0, 4).map((it) => `\`${it}\``).join(", ");
  return routes.length > 4 ? `${shown} and ${routes.length - 4} more` : shown;
}

/** The doc comment of a type, or undefined when no text is written for it. */
export function typeComment(model: Model, type: Type): string | undefined {
  const text = typeDocs[type.definition];
  if (text === undefined) return undefined;
  const note = availability(type.specs);
  const paragraphs = [note === undefined ? text : `${text} ${note}`];
  if (type.answers.length > 0) paragraphs.push(`Answer of ${endpoints(type.answers)}.`);
  if (type.bodies.length > 0) paragraphs.push(`Body of ${endpoints(type.bodies)}.`);
  if (type.answers.length + type.bodies.length === 0) {
    const pattern = new RegExp(`\\b${type.name}\\b`);
    const parents = [...model.types.values()]
      .filter((it) => it.fields?.some((field) => pattern.test(field.type)))
      .map((it) => `{@linkcode ${it.name}}`);
    if (parents.length > 0) paragraphs.push(`Part of ${parents.join(", ")}.`);
  }
  return comment(paragraphs, "");
}
