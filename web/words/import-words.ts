import type { ImportReport } from "#contract/api/requests.ts";

/** "12 visits added, 1 changed; 30 as before; 1 could not be read" */
export function importWords(report: ImportReport): string {
  const done = [
    report.added > 0 ? `${report.added} ${report.added === 1 ? "visit" : "visits"} added` : "",
    report.changed > 0 ? `${report.changed} changed` : "",
    report.removed > 0 ? `${report.removed} removed` : "",
  ].filter(Boolean);
  const parts = [
    done.length === 0 ? "Nothing new" : done.join(", "),
    report.unchanged > 0 ? `${report.unchanged} as before` : "",
    report.faults.length > 0 ? `${report.faults.length} could not be read` : "",
  ].filter(Boolean);
  return parts.join("; ");
}
