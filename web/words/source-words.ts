/** Where a visit comes from: "calendar sales", "a CSV file", "by hand". */
export function sourceWords(source: string): string {
  if (source.startsWith("calendar:")) return `calendar ${source.slice("calendar:".length)}`;
  if (source === "csv") return "a CSV file";
  if (source === "api") return "by hand";
  return source;
}
