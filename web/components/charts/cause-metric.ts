/** The metric that a cause is about, when it is one that can be drawn. */
export function causeMetric(cause: string): "temperature_c" | "co2_ppm" | "humidity_pct" | undefined {
  if (cause.startsWith("temperature")) return "temperature_c";
  if (cause.includes("co2")) return "co2_ppm";
  if (cause.startsWith("humidity")) return "humidity_pct";
  return undefined;
}
