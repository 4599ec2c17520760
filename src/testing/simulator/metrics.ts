import type { SimulatedServer } from "./server.ts";

/** The measurements of the running instances, as OpenMetrics has them. */
export function metricsOf(server: SimulatedServer): string {
  const prefix = server.dialect;
  const running = server.modules.instances.all().filter(({ status }) => status !== "Stopped");
  const measurements: [name: string, type: string, help: string, value: number][] = [
    ["cpu_seconds_total", "counter", "The total number of CPU time used in seconds.", 0.01],
    ["memory_MemTotal_bytes", "gauge", "The amount of memory that can be used.", 24684084000],
    ["procs_total", "gauge", "The number of running processes.", 1],
  ];
  const lines = measurements.flatMap(([name, type, help, value]) => [
    `# HELP ${prefix}_${name} ${help}`,
    `# TYPE ${prefix}_${name} ${type}`,
    ...running.map((instance) => {
      const labels =
        `name="${instance.name}",project="${instance.project}",type="${instance.type}"`;
      return `${prefix}_${name}{${labels}} ${value}`;
    }),
  ]);
  return `${lines.join("\n")}\n# EOF\n`;
}
