/**
 * How many cases each law is tried on: 10,000 in CI, a taste of them while working, and as many as PROPERTY_RUNS says. `share`:
 * of those, for a law whose every case is a long history.
 */
export function cases(share = 1): { numRuns: number } {
  const all = process.env["CI"] === "true" ? 10_000 : 400;
  return { numRuns: Number(process.env["PROPERTY_RUNS"] ?? Math.ceil(all * share)) };
}
