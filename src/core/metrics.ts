import { ProtocolError } from "../errors.ts";

/** What the values of a metric are. */
export type MetricType =
  | "counter"
  | "gauge"
  | "histogram"
  | "summary"
  | "untyped"
  | "unknown"
  | (string & Record<never, never>);

/** One measured value. */
export interface MetricSample {
  /** Its name: that of the metric, with a suffix such as `_sum` where a metric has several. */
  name: string;
  /** What it was measured of, such as `project` and `name` of an instance. */
  labels: Record<string, string>;
  /** The value; also `Infinity` and `NaN`. */
  value: number;
}

/** A metric with its samples. */
export interface Metric {
  /** Its name, such as `lxd_memory_MemFree_bytes` or `incus_cpu_seconds_total`. */
  name: string;
  /** What its values are; `unknown` where the server does not say. */
  type: MetricType;
  /** What it tells, in the server's words; empty where it does not say. */
  help: string;
  /** What was measured. */
  samples: MetricSample[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /\s*([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;
const SUFFIX = /_(?:total|sum|count|bucket|created|info)$/;

/**
 * Reads metrics in the text form of Prometheus and OpenMetrics.
 *
 * @throws {ProtocolError} when a line is not of that form.
 */
export function parseMetrics(text: string): Metric[] {
  const metrics = new Map<string, Metric>();
  const metric = (name: string): Metric => {
    const known = metrics.get(name);
    if (known) return known;
    const made: Metric = { name, type: "unknown", help: "", samples: [] };
    metrics.set(name, made);
    return made;
  };
  for (const line of text.split("\n").map((line) => line.trim())) {
    if (line === "# EOF") break;
    const [, keyword, name = "", rest = ""] = /^#\s+(HELP|TYPE)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    if (keyword === "HELP") metric(name).help = unescaped(rest);
    else if (keyword === "TYPE") metric(name).type = rest;
    else if (line !== "" && !line.startsWith("#")) {
      const sample = parseSample(line);
      const base = sample.name.replace(SUFFIX, "");
      const owner = !metrics.has(sample.name) && metrics.has(base) ? base : sample.name;
      metric(owner).samples.push(sample);
    }
  }
  return [...metrics.values()];
}

function parseSample(line: string): MetricSample {
  const [, name, labelText = "", valueText = ""] = SAMPLE.exec(line) ?? [];
  const labels = parseLabels(labelText);
  const value = parseValue(valueText);
  if (name !== undefined && labels && value !== undefined) return { name, labels, value };
  throw new ProtocolError(`Cannot read the metrics: ${JSON.stringify(line)} is no sample`);
}

function parseLabels(text: string): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (LABEL.lastIndex = 0; LABEL.lastIndex < text.length;) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined) return undefined;
    pairs.push([name, unescaped(value)]);
  }
  return Object.fromEntries(pairs);
}

function parseValue(text: string): number | undefined {
  const value = Number(text.replace(/^([+-]?)Inf$/i, "$1Infinity"));
  return Number.isNaN(value) && text !== "NaN" ? undefined : value;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character) => character === "n" ? "\n" : character);
}
