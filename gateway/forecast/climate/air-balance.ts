import { OUTDOOR_PPM } from "./air-changes.ts";
import type { Shelf } from "./shelf.ts";

/** CO₂ that people bring, ppm/h, until a room has shown its own: half of the seats, 18.7 L/h each, 7 m³ a seat; and how far that varies. */
const FIRST_RISE = { mean: 1_340, sd: 600, weight: 3 } as const;
/** What the newest meeting counts at least. */
const SHARE = 0.06;
/** A meeting shows what it brings once it was watched for so many hours. */
const LEAST_WATCHED_H = 0.3;
/** One meeting counts as at most so many standard deviations (ppm/h, at least) from the others: further off lies an open window, or a sensor. */
const MOST_APART = { sds: 3, leastSd: 400 } as const;
/** People come and go: what a step of five minutes leaves of what was seen before it. */
const KEEP = 0.8;
const STEP_H = 1 / 12;
/** Standard error of a reading, ppm, and how far people's breath strays from its mean within an hour. */
export const READING_PPM = 20;
const STRAYS = 0.1;

/** `ppm`: of the step before, while people were in. */
const ONE = { ppm: 0, gained: 1, aired: 2, watched: 3, mean: 4, variance: 5, meetings: 6, size: 7 } as const;

/** What people bring, ppm/h. */
export interface Rise {
  mean: number;
  sd: number;
}

/**
 * The balance of a room's air: what the people who are in bring, from how it rose while so much was aired, and what people in this
 * room usually bring. With the air changes it says where CO₂ goes when the calendar is known.
 */
export class AirBalance {
  readonly #ones: Float32Array;

  constructor(shelf: Shelf) {
    this.#ones = shelf.singles(ONE.size);
    this.#forget();
    this.#ones[ONE.mean] = FIRST_RISE.mean;
    this.#ones[ONE.variance] = FIRST_RISE.sd ** 2;
  }

  /** Takes a step's value; `perHour` are the room's air changes. Who takes the room over from others is somebody else. */
  take(
    ppm: number,
    { isOccupied, isTakenOver, perHour }: { isOccupied: boolean; isTakenOver: boolean; perHour: number | undefined },
  ): void {
    const from = this.#one(ONE.ppm);
    if (!isOccupied || isTakenOver) {
      this.#close(perHour);
      if (isOccupied) this.#ones[ONE.ppm] = ppm;
      return;
    }
    if (!Number.isNaN(from)) {
      this.#ones[ONE.gained] = KEEP * this.#one(ONE.gained) + (ppm - from);
      this.#ones[ONE.aired] = KEEP * this.#one(ONE.aired) + ((ppm + from) / 2 - OUTDOOR_PPM) * STEP_H;
      this.#ones[ONE.watched] = KEEP * this.#one(ONE.watched) + STEP_H;
    }
    this.#ones[ONE.ppm] = ppm;
  }

  /** Meetings that have shown what people bring. */
  get meetings(): number {
    return this.#one(ONE.meetings);
  }

  /** What people usually bring in this room. */
  get usual(): Rise {
    return { mean: this.#one(ONE.mean), sd: Math.sqrt(this.#one(ONE.variance)) };
  }

  /** What those who are in bring, if so much is aired; `longerH`: how well it would be known if they had been watched for longer. */
  now(perHour: number, longerH = 0): Rise {
    const usual = this.usual;
    const watched = this.#one(ONE.watched);
    if (watched === 0) return usual;
    const mean = this.#seen(perHour);
    const variance = (READING_PPM / (watched + longerH)) ** 2 + (STRAYS * usual.mean) ** 2;
    const share = usual.sd ** 2 / (usual.sd ** 2 + variance);
    return { mean: usual.mean + share * (mean - usual.mean), sd: Math.sqrt(share * variance) };
  }

  /** How much likelier what those who are in bring is if so much is aired rather than as usual, as a logarithm. */
  speaksFor(perHour: number, usually: number): number {
    const watched = this.#one(ONE.watched);
    if (watched < LEAST_WATCHED_H) return 0;
    const { mean, sd } = this.usual;
    const off = (each: number): number => (this.#seen(each) - mean) / Math.hypot(sd, READING_PPM / watched);
    return Math.max(-4, Math.min(4, (off(usually) ** 2 - off(perHour) ** 2) / 2));
  }

  /** A step without a value: the next one begins from its own. */
  skip(): void {
    this.#ones[ONE.ppm] = Number.NaN;
  }

  /** A gap: whoever was in may have left unseen. */
  breakOff(): void {
    this.#forget();
  }

  #seen(perHour: number): number {
    return Math.max(0, (this.#one(ONE.gained) + perHour * this.#one(ONE.aired)) / this.#one(ONE.watched));
  }

  /** The people have left: what they brought is one more meeting of this room's. */
  #close(perHour: number | undefined): void {
    if (perHour !== undefined && this.#one(ONE.watched) >= LEAST_WATCHED_H) {
      const meetings = this.#one(ONE.meetings) + 1;
      const share = Math.max(SHARE, 1 / (meetings + FIRST_RISE.weight));
      const most = MOST_APART.sds * Math.max(MOST_APART.leastSd, this.usual.sd);
      const apart = Math.max(-most, Math.min(most, this.#seen(perHour) - this.#one(ONE.mean)));
      this.#ones[ONE.meetings] = meetings;
      this.#ones[ONE.mean] = this.#one(ONE.mean) + share * apart;
      this.#ones[ONE.variance] = (1 - share) * (this.#one(ONE.variance) + share * apart ** 2);
    }
    this.#forget();
  }

  #forget(): void {
    this.#ones[ONE.ppm] = Number.NaN;
    for (const place of [ONE.gained, ONE.aired, ONE.watched]) this.#ones[place] = 0;
  }

  #one(place: number): number {
    return this.#ones[place] as number;
  }
}
