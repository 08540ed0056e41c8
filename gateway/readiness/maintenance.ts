import type { MaintenanceWindow } from "#contract/messages/room.ts";
import { instant } from "#contract/units.ts";
import type { Ask, Check, Part, Scene } from "./check.ts";

/** No maintenance while the visit is in the room; without a visit, none now. */
export const maintenance: Check = {
  id: "maintenance",
  weight: 4,
  require(ask: Ask, _room, now) {
    const from = ask.demo === undefined ? now : Date.parse(ask.demo.arrival);
    const to = ask.demo === undefined ? now + 1 : Date.parse(ask.demo.end);
    const inTheWay = ask.windows.find((window) => Date.parse(window.start) < to && Date.parse(window.end) > from);
    return {
      check: maintenance,
      key: `maintenance:${inTheWay?.id ?? ""}`,
      weight: maintenance.weight,
      hard: true,
      look: (scene) => [look(scene, inTheWay)],
    };
  },
};

function look(scene: Scene, window: MaintenanceWindow | undefined): Part {
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
        : `In maintenance from ${scene.words.time(instant(Date.parse(window.start)), scene.now)} until ${scene.words.time(instant(Date.parse(window.end)), scene.now)}: ${window.reason}.`,
  };
}
