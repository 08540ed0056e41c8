import { type Instant, instant, minutes } from "#contract/units.ts";
import type { Observed } from "../rooms/observed.ts";
import type { Ask, Check, Part, Scene } from "./check.ts";
import { missingPart } from "./missing.ts";
import { tellsOccupancy } from "./occupancy.ts";
import type { Visit } from "./visit.ts";

/** The room must be empty this long before the client walks in. */
const EMPTY_BEFORE = minutes(5);
/** From here on people in the room make the visit's start doubtful. */
const WATCH_BEFORE = minutes(15);

/** A booking that ends this shortly before the visit endangers it by running over. */
const TIGHT_BEFORE = minutes(30);

/**
 * Nobody else is in the room when the client walks in. People in it hours before say nothing; shortly before they predict
 * an overrun; at arrival they block. Without a visit, people in the room only lower the verdict.
 */
export const unoccupied: Check = {
  id: "unoccupied",
  weight: 10,
  require(ask: Ask, room) {
    if (!tellsOccupancy(room)) return undefined;
    const { visit } = ask;
    const key = visit === undefined ? "unoccupied" : `unoccupied:${visit.demo.id}`;
    return {
      check: unoccupied,
      key,
      weight: unoccupied.weight,
      hard: true,
      reads: { slots: [], people: true },
      look: (scene) => [visit === undefined ? lookNow(scene, key) : lookAhead(scene, key, visit)],
    };
  },
};

function lookNow(scene: Scene, key: string): Part {
  if (scene.occupied === undefined) return unknownPart(scene, key);
  return partOf(scene, key, {
    outcome: scene.occupied ? "degraded" : "ready",
    code: scene.occupied ? "IN_USE" : "OK",
    says: (since) =>
      scene.occupied === true ? `In use${scene.words.since(since, scene.now)}.` : "Nobody is in the room.",
  });
}

function lookAhead(scene: Scene, key: string, { arrival, before }: Visit): Part {
  const { now } = scene;
  if (now >= arrival)
    return { ...partOf(scene, key, { outcome: "ready", code: "OK", says: () => "The visit is on." }), seen: undefined };
  for (const wake of [arrival - WATCH_BEFORE, arrival - EMPTY_BEFORE, arrival]) scene.wakeAt(instant(wake));
  if (scene.occupied === undefined) return unknownPart(scene, key);
  if (before !== undefined) scene.wakeAt(before.end);
  const clock = (at: Instant): string => scene.words.time(at, scene.now);
  if (!scene.occupied || now < arrival - WATCH_BEFORE) {
    const { occupied } = scene;
    const isTight = before !== undefined && before.end > now && before.end > arrival - TIGHT_BEFORE;
    const says = (): string => {
      if (isTight) return tightly(clock(before.end), clock(arrival), (arrival - before.end) / 60_000);
      const emptyBy = instant(arrival - EMPTY_BEFORE);
      return occupied ? `In use now; must be empty by ${clock(emptyBy)}.` : "Nobody is in the room.";
    };
    return partOf(scene, key, { outcome: "ready", code: "OK", says });
  }
  const isOverrun = before !== undefined && now >= before.end;
  return partOf(scene, key, {
    outcome: "degraded",
    code: isOverrun ? "OVERRUN" : "STILL_IN_USE",
    from: arrival - WATCH_BEFORE,
    says: (since) => {
      const booked = before === undefined ? "" : `, booked until ${clock(before.end)}`;
      return `Still in use${scene.words.since(since, scene.now)}${booked}; the client comes at ${clock(arrival)}.`;
    },
  });
}

/** What a booking right before the visit means for it; one meeting in four runs over (docs/readiness.md). */
function tightly(end: string, arrival: string, gapMin: number): string {
  if (gapMin < 0) return `Booked until ${end}, past the client's arrival at ${arrival}.`;
  const gap = gapMin < 1 ? "when the client comes" : `${Math.round(gapMin)} min before the client comes`;
  return `Booked until ${end}, ${gap}; one meeting in four runs over.`;
}

/** What the sensors say of people. */
function peopleOf({ people }: Scene): Observed {
  if (people === undefined) throw new TypeError("occupancy is required only where a device tells it");
  return people;
}

function unknownPart(scene: Scene, key: string): Part {
  const seen = peopleOf(scene);
  return missingPart(scene, seen, {
    key,
    cause: `sensor:${seen.device}/${seen.metric}`,
    thing: "whether somebody is in the room",
  });
}

function partOf(
  scene: Scene,
  key: string,
  found: { outcome: Part["outcome"]; code: string; from?: number; says: (since: Instant) => string },
): Part {
  const seen = peopleOf(scene);
  const from = instant(Math.max(found.from ?? 0, scene.occupiedSince ?? 0));
  const part: Part = {
    key,
    outcome: found.outcome,
    quality: found.outcome === "ready" ? 1 : 0.5,
    code: found.code,
    cause: "occupied",
    seen,
    device: seen.device,
    metric: seen.metric,
    say: found.says,
  };
  if (from > 0) part.from = from;
  if (seen.slot?.value !== undefined) part.value = seen.slot.value;
  return part;
}
