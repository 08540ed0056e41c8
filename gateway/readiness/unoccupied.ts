import type { Booking } from "#contract/messages/room.ts";
import { type Instant, instant, minutes } from "#contract/units.ts";
import type { Ask, Check, Part, Scene } from "./check.ts";
import { missingPart } from "./missing.ts";
import { tellsOccupancy } from "./occupancy.ts";

/** The room must be empty this long before the client walks in. */
const EMPTY_BEFORE = minutes(5);
/** From here on people in the room make the visit's start doubtful. */
const WATCH_BEFORE = minutes(15);

/**
 * Nobody else is in the room when the client walks in. People in it hours before say nothing; shortly before they predict
 * an overrun; at arrival they block. Without a visit, people in the room only lower the verdict.
 */
export const unoccupied: Check = {
  id: "unoccupied",
  weight: 10,
  require(ask: Ask, room) {
    if (!tellsOccupancy(room)) return undefined;
    const key = ask.demo === undefined ? "unoccupied" : `unoccupied:${ask.demo.id}`;
    return {
      check: unoccupied,
      key,
      weight: unoccupied.weight,
      hard: true,
      look: (scene) => [ask.demo === undefined ? lookNow(scene, key) : lookAhead(scene, key, ask)],
    };
  },
};

function lookNow(scene: Scene, key: string): Part {
  if (scene.occupied === undefined) return unknownPart(scene, key);
  return part(scene, key, {
    outcome: scene.occupied ? "degraded" : "ready",
    code: scene.occupied ? "IN_USE" : "OK",
    says: (since) =>
      scene.occupied === true ? `In use${scene.words.since(since, scene.now)}.` : "Nobody is in the room.",
  });
}

function lookAhead(scene: Scene, key: string, ask: Ask): Part {
  const { now } = scene;
  const arrival = instant(Date.parse(ask.demo?.arrival ?? ""));
  const start = instant(Math.min(arrival, Date.parse(ask.demo?.start ?? "")));
  if (now >= arrival)
    return { ...part(scene, key, { outcome: "ready", code: "OK", says: () => "The visit is on." }), seen: undefined };
  for (const wake of [arrival - WATCH_BEFORE, arrival - EMPTY_BEFORE, arrival]) {
    if (now < wake) scene.wakeAt(instant(wake));
  }
  if (scene.occupied === undefined) return unknownPart(scene, key);
  const over = lastBefore(ask.bookings, start);
  const clock = (at: Instant): string => scene.words.time(at, now);
  if (!scene.occupied || now < arrival - WATCH_BEFORE) {
    const says = scene.occupied
      ? `In use now; must be empty by ${clock(instant(arrival - EMPTY_BEFORE))}.`
      : "Nobody is in the room.";
    return part(scene, key, { outcome: "ready", code: "OK", says: () => says });
  }
  const isOverrun = over !== undefined && now > Date.parse(over.end);
  const booked = over === undefined ? "" : `, booked until ${clock(instant(Date.parse(over.end)))}`;
  return part(scene, key, {
    outcome: "degraded",
    code: isOverrun ? "OVERRUN" : "STILL_IN_USE",
    says: (since) => `Still in use${scene.words.since(since, now)}${booked}; the client comes at ${clock(arrival)}.`,
  });
}

/** The booking that ends last before a visit starts. */
export function lastBefore(bookings: readonly Booking[], start: Instant): Booking | undefined {
  let last: Booking | undefined;
  for (const booking of bookings) {
    if (Date.parse(booking.start) >= start) continue;
    if (last === undefined || Date.parse(booking.end) > Date.parse(last.end)) last = booking;
  }
  return last;
}

function unknownPart(scene: Scene, key: string): Part {
  const seen = scene.people;
  if (seen === undefined) throw new TypeError("occupancy is required only where a device tells it");
  return missingPart(scene, seen, {
    key,
    cause: `sensor:${seen.device}/${seen.metric}`,
    thing: "whether somebody is in the room",
  });
}

function part(
  scene: Scene,
  key: string,
  found: { outcome: Part["outcome"]; code: string; says: (since: Instant) => string },
): Part {
  const seen = scene.people;
  return {
    key,
    outcome: found.outcome,
    quality: found.outcome === "ready" ? 1 : 0.5,
    code: found.code,
    cause: "occupied",
    seen,
    ...(seen !== undefined && { device: seen.device, metric: seen.metric }),
    ...(seen?.slot?.value !== undefined && { value: seen.slot.value }),
    say: found.says,
  };
}
