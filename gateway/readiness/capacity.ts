import { type Ask, type Check, type Part, READS_NOTHING } from "./check.ts";

/** Everybody has a seat. One too few lowers, more block. */
export const capacity: Check = {
  id: "capacity",
  weight: 8,
  require(ask: Ask) {
    const people = ask.needs.people;
    if (people === undefined) return undefined;
    const { seats } = ask.card;
    return {
      check: capacity,
      key: `capacity:${people}/${seats}`,
      weight: capacity.weight,
      hard: true,
      reads: READS_NOTHING,
      look: () => [look(people, seats)],
    };
  },
};

function look(people: number, seats: number): Part {
  const missing = people - seats;
  const outcome = missing <= 0 ? "ready" : missing === 1 ? "degraded" : "not_ready";
  return {
    key: `capacity:${people}/${seats}`,
    outcome,
    quality: outcome === "ready" ? 1 : outcome === "degraded" ? 0.5 : 0,
    code: outcome === "ready" ? "OK" : "TOO_FEW_SEATS",
    cause: "capacity",
    seen: undefined,
    value: seats,
    limit: `at least ${people} seats`,
    say: () =>
      missing <= 0
        ? `${seats} seats for ${people} people.`
        : `${seats} seats for ${people} people: ${missing} too few.`,
  };
}
