/** What `--policies` takes. */
export const comparable = [
  "act-by",
  "threshold",
  "threshold-4h",
  "fixed-30",
  "fixed-60",
  "fixed-120",
  "clairvoyant",
  "clairvoyant-240",
] as const;
export type Comparable = (typeof comparable)[number];
/** With those that nobody is compared by: the world alone, and the gateway with nobody to hear it. */
export type PolicyName = Comparable | "nobody" | "twin";
