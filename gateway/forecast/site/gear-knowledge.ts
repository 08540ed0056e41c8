import type { Instant } from "#contract/units.ts";
import type { RoomHabits } from "../habits.ts";
import { Hazard, hazardSize, noteSpell, type Prior, SPELL_AXIS, type Spell } from "./hazard.ts";
import type { SiteLearner } from "./site-learner.ts";
import { noteShare, SHARE_SIZE, shareOf } from "./share.ts";

/**
 * Until learned: most of what is seen for the first time is a flap that ends within minutes; what is left heals by itself
 * within four hours on average (docs/forecast-join.md).
 */
const UNTIL_LEARNED: Prior = { weight: 2, lasts: (m) => 0.6 * Math.exp(-m / 1.5) + 0.4 * Math.exp(-m / 240) };
/** What a device itself reports as broken (a lamp, a fan) seldom flaps, and nobody saw one mend itself within hours. */
const REPORTED = /_FAULT$/;
const REPORTED_UNTIL_LEARNED: Prior = {
  weight: 4,
  lasts: (m) => 0.05 * Math.exp(-m / 1.5) + 0.95 * Math.exp(-m / 1_440),
};
/** A code's own spells count against its kind's as if it had shared this many of them. */
const WEIGHT_OF_KIND = 4;
/** New faults per minute, flaps among them, and how many minutes of watching that is worth, for a site and for a room. */
const FAILS_PER_MIN = 0.000_1;
const SITE_MINUTES = 30_000;
const ROOM_MINUTES = 20_000;
const SIZE = hazardSize(SPELL_AXIS);
/** Faults come with use: their rate is learned apart for each part of the day. */
const PART_MS = 4 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** What is worked out of one kind of gear. */
interface OfKind {
  heals: Hazard;
  byCode: Map<string, Hazard>;
  /** New faults per minute, by part of the day. */
  fails: readonly number[];
}

function ofKind(site: SiteLearner, kind: string): OfKind {
  const kinds = site.derived("gear", () => new Map<string, OfKind>());
  let found = kinds.get(kind);
  if (found === undefined) {
    const heals = new Hazard(SPELL_AXIS, site.counts(`heal ${kind}`, SIZE), UNTIL_LEARNED);
    const fails = Array.from({ length: DAY_MS / PART_MS }, (_, part) =>
      shareOf(site.counts(`fail ${kind}/${part}`, SHARE_SIZE), FAILS_PER_MIN, SITE_MINUTES),
    );
    found = { heals, byCode: new Map(), fails };
    kinds.set(kind, found);
  }
  return found;
}

/** How long spells of a kind of fault last; of one reason where it is known. */
export function healing(site: SiteLearner, kind: string, code?: string): Hazard {
  const { heals, byCode } = ofKind(site, kind);
  if (code === undefined) return heals;
  let found = byCode.get(code);
  if (found === undefined) {
    const prior: Prior = REPORTED.test(code)
      ? REPORTED_UNTIL_LEARNED
      : { weight: WEIGHT_OF_KIND, lasts: (m) => heals.lasts(0, m) };
    found = new Hazard(SPELL_AXIS, site.counts(`heal ${kind}/${code}`, SIZE), prior);
    byCode.set(code, found);
  }
  return found;
}

/** Notes a spell of bad gear, in minutes since it began. */
export function noteHealing(site: SiteLearner, { kind, code }: { kind: string; code: string }, spell: Spell): void {
  noteSpell(site.ledger(`heal ${kind}`, SIZE), SPELL_AXIS, spell);
  noteSpell(site.ledger(`heal ${kind}/${code}`, SIZE), SPELL_AXIS, spell);
}

const partOf = (at: Instant): number => Math.floor((at % DAY_MS) / PART_MS);

/** Notes minutes in which gear was watched and in order, and faults that began in them. */
export function noteWatched(
  site: SiteLearner,
  kind: string,
  { at, minutes, faults }: { at: Instant; minutes: number; faults: number },
): void {
  const ledger = site.ledger(`fail ${kind}/${partOf(at)}`, SHARE_SIZE);
  ledger.add(0, faults);
  ledger.add(1, minutes);
}

/** Names are looked up too often to be put together each time. */
const FAIL_NAMES: Readonly<Record<string, string>> = {
  display: "fail display",
  codec: "fail codec",
  audio: "fail audio",
  network: "fail network",
  switch: "fail switch",
};

/** New faults per minute of this kind of gear in this room at this time of day. */
export function failingPerMinute(
  site: SiteLearner,
  kind: string,
  { at, habits }: { at: Instant; habits: RoomHabits },
): number {
  const usual = ofKind(site, kind).fails[partOf(at)] ?? FAILS_PER_MIN;
  return habits.share(FAIL_NAMES[kind] ?? `fail ${kind}`, usual, ROOM_MINUTES);
}

/** P(what is in order now is bad so many minutes on): it fails, and has not healed by then. */
export const badLater = (perMinute: number, heals: Hazard, minutes: number): number =>
  -Math.expm1(-perMinute * heals.meanUntil(minutes));

/** How often something is truly broken behind a silence, until learned. */
const BROKEN: Readonly<Record<string, number>> = { switch: 0.4, agent: 0.4, site: 0.3 };
/** What of the room's gear that concerns: a picture needs no network. */
const CONCERNED: Readonly<Record<string, number>> = { video_call: 1, network: 1, audio: 0.5, display: 0.1 };
const BROKEN_WEIGHT = 4;

/** P(this check fails | its devices are silent together behind a switch, an agent, a site). */
export const brokenBehind = (site: SiteLearner, kind: string, check: string): number =>
  (CONCERNED[check] ?? 1) * shareOf(site.counts(`broken ${kind}`, SHARE_SIZE), BROKEN[kind] ?? 0.3, BROKEN_WEIGHT);

/** Notes what somebody found behind such a silence. */
export const noteBroken = (site: SiteLearner, kind: string, isBroken: boolean): void =>
  noteShare(site.ledger(`broken ${kind}`, SHARE_SIZE), isBroken);

/** Until learned, how often a check that says nothing is fine, and for how many cases that stands. */
const FINE = 0.9;
const FINE_WEIGHT = { site: 20, room: 20 };

/** How often a check passes at arrival, in this room: all that can be said when nothing is heard of it. */
export const baseRate = (site: SiteLearner, habits: RoomHabits, check: string): number =>
  habits.share(
    `fine ${check}`,
    shareOf(site.counts(`fine ${check}`, SHARE_SIZE), FINE, FINE_WEIGHT.site),
    FINE_WEIGHT.room,
  );

export function noteAtArrival(
  site: SiteLearner,
  habits: RoomHabits,
  { check, came }: { check: string; came: number },
): void {
  noteShare(site.ledger(`fine ${check}`, SHARE_SIZE), came);
  habits.note(`fine ${check}`, came, 1);
}
