import type { Demo, Needs, RoomCard } from "#contract/messages/room.ts";

/** Of a room whose visit does not say how many come, this share of its seats is wanted elsewhere. */
const SEATS_WANTED = 0.7;
/** A room of more seats than this many times what is wanted feels empty. */
const ROOMY = 2;
const LEAST_FIT_BY_SIZE = 0.5;
/** What the visit's own room offers and the other does not, though nobody asked for it. */
const LACKS_EXTRA = 0.9;
/** Gear that a visit is taken to use where its needs say nothing. */
const GEAR = ["display", "video_call", "audio"] as const;

/**
 * What a visit needs of another room: what it says, or what it would have found in its own. A reset is not asked for:
 * there is no time to plan one, somebody walks ahead.
 */
export function needsElsewhere({ needs }: Demo, home: RoomCard): Needs {
  return {
    ...needs,
    people: needs.people ?? Math.ceil(home.seats * SEATS_WANTED),
    capabilities: needs.capabilities ?? GEAR.filter((each) => home.capabilities.includes(each)),
    reset_visit: false,
  };
}

/** How well a room suits a visit by seats and gear: 1 exactly, less when it is far too large or lacks extras; `undefined` when it cannot serve. */
export function decideFit({ needs }: Demo, card: RoomCard, home: RoomCard): number | undefined {
  const people = needs.people ?? 0;
  if (card.seats < people) return undefined;
  if (needs.capabilities?.some((each) => !card.capabilities.includes(each)) === true) return undefined;
  const bySize =
    card.seats === 0 ? 1 : Math.max(LEAST_FIT_BY_SIZE, Math.min(1, (ROOMY * Math.max(1, people)) / card.seats));
  const lacking = home.capabilities.filter((each) => !card.capabilities.includes(each)).length;
  return bySize * LACKS_EXTRA ** lacking;
}
