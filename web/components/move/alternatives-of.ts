import type { AlertView, DemoView } from "#contract/api/views.ts";
import type { Alternative } from "#contract/messages/alert.ts";

/** Where else a visit could go, the best first: of the alert that concerns it, or what the alert says of this visit alone. */
export function alternativesOf(
  demo: Pick<DemoView, "id" | "room_key">,
  alerts: readonly AlertView[],
): readonly Alternative[] {
  const found = new Map<string, Alternative>();
  const take = (one: Alternative | undefined): void => {
    if (one === undefined || one.room === demo.room_key || found.has(one.room)) return;
    found.set(one.room, one);
  };
  for (const alert of alerts) {
    if (alert.status === "resolved") continue;
    for (const member of alert.members ?? []) if (member.demo === demo.id) take(member.alternative);
    if (alert.demo === demo.id) for (const one of alert.alternatives ?? []) take(one);
  }
  return [...found.values()];
}
