import type { InstanceRecord } from "./record.ts";

/**
 * Writes the files that templates stand for, as a start does. Of their language, values in braces are
 * known: those of `container`, `instance`, `config` and `properties`.
 */
export function applyTemplates(instance: InstanceRecord): void {
  const { config, metadata, templates, guest } = instance;
  const trigger = config["volatile.apply_template"];
  delete config["volatile.apply_template"];
  for (const [path, entry] of Object.entries(metadata.templates ?? {})) {
    const { template, when, create_only } = entry;
    if (!when?.some((it) => it === "start" || it === trigger)) continue;
    const content = templates.get(template ?? "");
    if (!content) continue;
    if (create_only && guest.files.find(path)) continue;
    const text = fill(new TextDecoder().decode(content), instance, entry.properties ?? {});
    guest.files.write(path, text, { mode: 0o644 });
  }
}

function fill(text: string, instance: InstanceRecord, properties: Record<string, string>): string {
  const { name, architecture } = instance;
  const itself: Record<string, string> = { name, architecture, type: instance.type };
  return text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, value: string) => {
    const [of = "", ...key] = value.split(".");
    const field = key.join(".");
    if (of === "container" || of === "instance") return itself[field] ?? "";
    if (of === "properties") return properties[field] ?? "";
    return of === "config" ? instance.config[field] ?? "" : "";
  });
}
