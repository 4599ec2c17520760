import { assertEquals, assertThrows } from "@std/assert";
import { parseMetrics } from "../../src/core/metrics.ts";
import { ProtocolError } from "../../mod.ts";

Deno.test("Metrics come with type, help, labels and value", () => {
  const text = `# HELP incus_cpu_seconds_total The total number of CPU time used in seconds.
# TYPE incus_cpu_seconds_total counter
incus_cpu_seconds_total{cpu="0",mode="system",name="c 1",project="default"} 60.304517
incus_cpu_seconds_total{cpu="0",mode="user",name="c 1",project="default"} 1e3 1700000000
# HELP incus_uptime_seconds The daemon uptime in seconds.
# TYPE incus_uptime_seconds gauge
incus_uptime_seconds 12
# EOF
after the end
`;
  assertEquals(parseMetrics(text), [
    {
      name: "incus_cpu_seconds_total",
      type: "counter",
      help: "The total number of CPU time used in seconds.",
      samples: [
        {
          name: "incus_cpu_seconds_total",
          labels: { cpu: "0", mode: "system", name: "c 1", project: "default" },
          value: 60.304517,
        },
        {
          name: "incus_cpu_seconds_total",
          labels: { cpu: "0", mode: "user", name: "c 1", project: "default" },
          value: 1000,
        },
      ],
    },
    {
      name: "incus_uptime_seconds",
      type: "gauge",
      help: "The daemon uptime in seconds.",
      samples: [{ name: "incus_uptime_seconds", labels: {}, value: 12 }],
    },
  ]);
});

Deno.test("Samples with a suffix belong to their metric", () => {
  const [a, b, ...rest] = parseMetrics(
    '# TYPE t histogram\nt_bucket{le="+Inf"} 3\nt_sum 1.5\nt_count 3\nother_total 1\n',
  );
  assertEquals(a?.samples.map(({ name }) => name), ["t_bucket", "t_sum", "t_count"]);
  assertEquals([b?.name, b?.type, b?.help, rest], ["other_total", "unknown", "", []]);
});

Deno.test("Label values keep quotes, braces, commas, backslashes and line ends", () => {
  const [metric] = parseMetrics(
    String.raw`m{a="say \"hi\"",b="{x},y=\"1\"",c="back\\slash",d="two\nlines",e="",f="a # b",} 1`,
  );
  assertEquals(metric?.samples[0]?.labels, {
    a: 'say "hi"',
    b: '{x},y="1"',
    c: "back\\slash",
    d: "two\nlines",
    e: "",
    f: "a # b",
  });
});

Deno.test("Values beyond numbers are understood", () => {
  const values = (text: string) => parseMetrics(text).flatMap((it) => it.samples[0]!.value);
  assertEquals(values("a +Inf\nb -Inf\nc NaN\nd -1.5e-3\n"), [Infinity, -Infinity, NaN, -0.0015]);
});

Deno.test("No metrics are no error", () => {
  assertEquals([parseMetrics(""), parseMetrics("# EOF\n"), parseMetrics("# hello\n\n")], [
    [],
    [],
    [],
  ]);
});

Deno.test("A line that is no sample is an error that shows it", () => {
  for (const line of ["<html>", "a", "a b", "a{b=1} 1", 'a{b="1} 1', "1a 2", 'a{b="1"c="2"} 1']) {
    assertThrows(
      () => parseMetrics(line),
      ProtocolError,
      `Cannot read the metrics: ${JSON.stringify(line)} is no sample`,
    );
  }
});
