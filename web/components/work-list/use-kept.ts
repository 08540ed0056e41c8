import { useState } from "react";
import type { AlertView } from "#contract/api/views.ts";
import type { Place } from "./settle-order.ts";

const byId = (alerts: readonly AlertView[]): Map<string, AlertView> =>
  new Map(alerts.map((alert) => [alert.id, alert]));

/** The last known form of every alert that is shown, so that one that was closed can keep its place for a moment. */
export function useKept(alerts: readonly AlertView[], shown: readonly Place[]): ReadonlyMap<string, AlertView> {
  const [memory, setMemory] = useState(() => ({ of: alerts, kept: byId(alerts) }));
  if (memory.of === alerts) return memory.kept;
  const kept = byId(alerts);
  for (const { id } of shown) {
    const last = memory.kept.get(id);
    if (!kept.has(id) && last !== undefined) kept.set(id, last);
  }
  setMemory({ of: alerts, kept });
  return kept;
}
