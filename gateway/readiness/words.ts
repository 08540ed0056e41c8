import { type Instant, instant } from "#contract/units.ts";

const HALF_DAY_MS = 43_200_000;
const MOST_TOLD = 2_048;

/** Tells instants and amounts as people in one time zone say them. */
export class Words {
  readonly zone: string;
  readonly #clock: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  /** The same few minutes are told over and over, by the clock and by their day. */
  readonly #told = new Map<number, string>();
  readonly #days = new Map<number, string>();
  /** The first moment at which something told since `listen` would be told otherwise. */
  changesAt = Number.POSITIVE_INFINITY;

  constructor(zone: string) {
    this.zone = isZone(zone) ? zone : "UTC";
    this.#clock = new Intl.DateTimeFormat("en-GB", { timeZone: this.zone, hour: "2-digit", minute: "2-digit" });
    this.#day = new Intl.DateTimeFormat("en-GB", {
      timeZone: this.zone,
      weekday: "short",
      day: "numeric",
      month: "short",
    });
  }

  /** "13:10". */
  clock(at: Instant): string {
    return kept(this.#told, this.#clock, at);
  }

  /** From now on `changesAt` notes how long what is told stands. */
  listen(): void {
    this.changesAt = Number.POSITIVE_INFINITY;
  }

  /** "13:10", or "Tue 4 Nov, 13:10" when that is not within half a day of `now`. */
  time(at: Instant, now: Instant): string {
    const clock = this.clock(at);
    const isNear = Math.abs(now - at) < HALF_DAY_MS;
    if (isNear || now < at) this.changesAt = Math.min(this.changesAt, isNear ? at + HALF_DAY_MS : at - HALF_DAY_MS);
    return isNear ? clock : `${kept(this.#days, this.#day, at)}, ${clock}`;
  }

  /** "since 13:10"; nothing when it has always been so. */
  since(at: Instant, now: Instant): string {
    return at <= 0 ? "" : ` since ${this.time(at, now)}`;
  }
}

/** An instant by a format of whole minutes, from what was told before where it was. */
function kept(told: Map<number, string>, format: Intl.DateTimeFormat, at: Instant): string {
  const minute = Math.floor(at / 60_000);
  let text = told.get(minute);
  if (text === undefined) {
    text = format.format(at);
    if (told.size >= MOST_TOLD) told.clear();
    told.set(minute, text);
  }
  return text;
}

const zones = new Map<string, boolean>();

/** Whether a name is an IANA time zone. */
export function isZone(zone: string): boolean {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  let isKnown = true;
  try {
    Intl.DateTimeFormat("en-GB", { timeZone: zone });
  } catch {
    isKnown = false;
  }
  if (zones.size < 1_000) zones.set(zone, isKnown);
  return isKnown;
}

const known = new Map<string, Words>();

/** The words of a zone; an unknown zone speaks UTC. */
export function wordsOf(zone: string): Words {
  let words = known.get(zone);
  if (words === undefined) {
    words = new Words(zone);
    if (known.size < 1_000) known.set(zone, words);
  }
  return words;
}

const UNITS = [1, 10, 100, 1_000] as const;

/** "1,420": at most `digits` after the point, thousands apart. */
export function amount(value: number, digits = 0): string {
  const unit = UNITS[digits] ?? 10 ** digits;
  const rounded = Math.round(value * unit) / unit;
  if (Math.abs(rounded) < 1_000) return String(rounded === 0 ? 0 : rounded);
  const [whole = "", fraction] = String(rounded).split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Rounds an instant down to its minute: times that people are told do not jitter. */
export const toMinute = (at: Instant): Instant => instant(Math.floor(at / 60_000) * 60_000);
