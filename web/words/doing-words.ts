import type { DemoView } from "#contract/api/views.ts";
import { actByWords } from "./time-words.ts";

/** Who knows of a visit at risk that nobody has taken yet, and until when somebody can act. That facilities know is said only once they were called. */
export function untakenWords(
  demo: Pick<DemoView, "alerts" | "readiness" | "being_done" | "zone">,
  now: number,
): string | undefined {
  const actBy = demo.readiness?.act_by;
  if (demo.being_done !== undefined || actBy === undefined) return undefined;
  const who =
    demo.alerts.length > 0
      ? "Facilities know; nobody has taken it yet"
      : "Being watched; facilities are called if it comes to that";
  return `${who}, ${actByWords(Date.parse(actBy), now, demo.zone)}.`;
}
