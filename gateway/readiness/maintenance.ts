import { type Ask, type Check, type Part, READS_NOTHING, type Scene } from "./check.ts";

/** No maintenance while the visit is in the room; without a visit, none now. */
export const maintenance: Check = {
  id: "maintenance",
  weight: 4,
  require(ask: Ask, _room, now) {
    const [from, to] = ask.visit === undefined ? [now, now + 1] : [ask.visit.arrival, ask.visit.end];
    const inTheWay = ask.windows.find(({ span }) => span.start < to && span.end > from);
    return {
      check: maintenance,
      key: `maintenance:${inTheWay?.id ?? ""}`,
      weight: maintenance.weight,
      hard: true,
      reads: READS_NOTHING,
      look: (scene) => [look(scene, inTheWay)],
    };
  },
};

function look(scene: Scene, window: Ask["windows"][number] | undefined): Part {
  const id = window?.id ?? "";
  return {
    key: `maintenance:${id}`,
    outcome: window === undefined ? "ready" : "not_ready",
    quality: window === undefined ? 1 : 0,
    code: window === undefined ? "OK" : "IN_MAINTENANCE",
    cause: `maintenance:${id}`,
    seen: undefined,
    say: () =>
      window === undefined
        ? "No maintenance in the way."
        : `In maintenance from ${scene.words.time(window.span.start, scene.now)} until ${scene.words.time(window.span.end, scene.now)}: ${window.reason}.`,
  };
}
