import { type Instant, instant, minutes } from "#contract/units.ts";
import { type Device, reports } from "../rooms/device.ts";
import type { Observed } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import type { Ask, Check, Part, Scene } from "./check.ts";
import { missingPart } from "./missing.ts";
import type { Visit } from "./visit.ts";

const METRIC = "reset_pressed";
/** By then before arrival the room must be reported as reset. */
const DUE = minutes(10);
/** Whoever resets the room is in it, and leaves within this after the button. */
const LEAVES = minutes(10);
/** Those who come in so shortly before arrival are the visit's own. */
const OWN = minutes(15);

/**
 * Somebody has reset the room (cleaned it, set it up) since its last use and said so at the button. Hard where the visit
 * needs it. Not yet is no fault until ten minutes before arrival; then it is. A press does not age; that a button speaks does.
 */
export const resetVisit: Check = {
  id: "reset_visit",
  weight: 8,
  require(ask: Ask, room) {
    const { visit } = ask;
    if (visit === undefined || ask.needs.reset_visit !== true) return undefined;
    const buttons = buttonsOf(room);
    return {
      check: resetVisit,
      key: `reset_visit:${visit.demo.id}`,
      weight: resetVisit.weight,
      hard: true,
      reads: { slots: room.slotsOf(buttons), people: true },
      look: (scene) => [look(scene, visit)],
    };
  },
};

const buttonsOf = (room: RoomState): readonly Device[] => room.ranked.filter((device) => reports(device, METRIC));

function look(scene: Scene, visit: Visit): Part {
  const { now } = scene;
  const { arrival, before } = visit;
  const key = `reset_visit:${visit.demo.id}`;
  if (now >= arrival) return settledAtArrival(scene, key, arrival);
  const dueAt = instant(arrival - DUE);
  scene.wakeAt(dueAt);
  scene.wakeAt(arrival);
  if (before !== undefined) scene.wakeAt(before.end);
  const buttons = buttonsOf(scene.room);
  const time = (at: Instant): string => scene.words.time(at, scene.now);
  const isUseAhead = before !== undefined && before.end > now;
  const pressedAt = lastPress(buttons);
  if (pressedAt !== undefined && !isUseAhead && isUnusedSince(scene, visit, pressedAt))
    return part(key, undefined, {
      outcome: "ready",
      code: "OK",
      from: pressedAt,
      says: () => `Reset at ${time(pressedAt)}.`,
    });
  const { seen, isSilent } = hear(scene, buttons);
  if (isSilent) return missingPart(scene, seen, { key, cause: key, thing: "whether the room has been reset" });
  const evidence = seen.kind === "known" ? seen : undefined;
  if (now < dueAt) {
    const says = (): string =>
      isUseAhead
        ? `Booked until ${time(before.end)}; to be reset after that, by ${time(dueAt)}.`
        : `Not reset yet since the room was last used; to be done by ${time(dueAt)}.`;
    return part(key, evidence, { outcome: "degraded", code: "NOT_YET_RESET", says });
  }
  const says = (): string => `Nobody has reported that the room was reset; the client comes at ${time(arrival)}.`;
  return part(key, evidence, { outcome: "not_ready", code: "NOT_RESET", from: dueAt, says });
}

/** From arrival on the visit itself uses the room: as it was found it stays. */
function settledAtArrival(scene: Scene, key: string, arrival: Instant): Part {
  const found = scene.settled(key) === "not_ready" ? "not_ready" : "ready";
  const at = (): string => scene.words.time(arrival, scene.now);
  const says = (): string => (found === "ready" ? "The visit is on." : `Not reset when the client came at ${at()}.`);
  return part(key, undefined, { outcome: found, code: found === "ready" ? "OK" : "NOT_RESET", says });
}

function lastPress(buttons: readonly Device[]): Instant | undefined {
  const presses = buttons.flatMap(({ resetAt }) => resetAt ?? []);
  return presses.length === 0 ? undefined : instant(Math.max(...presses));
}

/**
 * Whether nobody has used the room since somebody pressed, by its sensors where they can tell, else by its bookings. Whoever
 * presses is in the room meanwhile; who comes shortly before arrival, when all was well, is the visit's own.
 */
function isUnusedSince(scene: Scene, visit: Visit, pressedAt: Instant): boolean {
  const { now, occupied, occupiedSince } = scene;
  const { arrival, before } = visit;
  if (now >= arrival - OWN && scene.settled(`reset_visit:${visit.demo.id}`) === "ready") return true;
  if (occupied === undefined || occupiedSince === undefined) return before === undefined || before.end <= pressedAt;
  if (!occupied) return occupiedSince <= pressedAt + LEAVES;
  scene.wakeAt(instant(pressedAt + LEAVES));
  return occupiedSince >= arrival - OWN || (occupiedSince <= pressedAt && now < pressedAt + LEAVES);
}

/** The best word of the room's buttons, and whether none of them can be heard now. A room without one is silent. */
function hear(scene: Scene, buttons: readonly Device[]): { seen: Observed; isSilent: boolean } {
  let best = noButton;
  let isSilent = true;
  for (const button of buttons) {
    const seen = scene.room.observe(button, METRIC, scene.now);
    if (best === noButton || seen.freshness > best.freshness) best = seen;
    // One that speaks only when it is pressed is there as long as its agent says so.
    if (seen.kind === "known" || (button.state === "online" && seen.kind !== "unreachable")) isSilent = false;
  }
  return { seen: best, isSilent };
}

const noButton: Observed = {
  kind: "unknown",
  device: "button",
  metric: METRIC,
  slot: undefined,
  since: instant(0),
  freshness: 0,
  missing: "never-reported",
};

const part = (
  key: string,
  seen: Observed | undefined,
  { says, ...found }: Pick<Part, "outcome" | "code" | "from"> & { says: () => string },
): Part => ({
  ...found,
  key,
  quality: found.outcome === "ready" ? 1 : found.outcome === "degraded" ? 0.5 : 0,
  cause: key,
  seen,
  ...(seen !== undefined && { device: seen.device }),
  metric: METRIC,
  say: says,
});
