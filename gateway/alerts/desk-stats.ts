import type { Incidents } from "./incident.ts";

export interface DeskFigures {
  incidents: Incidents;
  counts: Readonly<Record<string, number>>;
  held: ReadonlyMap<string, number>;
  messages: Readonly<Record<string, number>>;
  unpublished: number;
  /** Rooms that are kept free for visits at risk. */
  rooms_kept: number;
}

/** The desk's figures under the names that metrics show: what is open now, and totals since the start. */
export function deskStats({
  incidents,
  counts,
  held,
  messages,
  unpublished,
  rooms_kept,
}: DeskFigures): Record<string, number> {
  const stats: Record<string, number> = { open: 0, acknowledged: 0, snoozed: 0, resolved: 0, unpublished, rooms_kept };
  for (const { alert } of incidents.all())
    if (alert !== undefined) stats[alert.status] = (stats[alert.status] ?? 0) + 1;
  for (const [name, n] of Object.entries(counts)) stats[`${name}_total`] = n;
  for (const [state, n] of Object.entries(messages)) stats[`messages_${state}_total`] = n;
  for (const [reason, n] of held) stats[`held_${reason.replaceAll("-", "_")}_total`] = n;
  return stats;
}
