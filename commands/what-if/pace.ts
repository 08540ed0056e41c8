import type { CardDevice } from "#contract/messages/room.ts";
import { metrics } from "#contract/metrics.ts";
import type { PastReading } from "./past-readings.ts";

const LOOKED_AT = 8;
/** A device that is recorded less often than half as often as it should report has another pace than its card says. */
const APART = 2;

/**
 * At which pace each device was recorded: a past that was thinned out, or taken over from elsewhere, is not one of silent
 * sensors. Told as the device itself would tell it, after a few readings of that pace.
 */
export class Pace {
  readonly #devices = new Map<string, { lastAt: number; gaps: number[]; told: number | undefined }>();
  readonly #cards: ReadonlyMap<string, CardDevice>;

  /** Devices of the cards by `room/device`. */
  constructor(cards: ReadonlyMap<string, CardDevice>) {
    this.#cards = cards;
  }

  /** The seconds between reports, per metric, when they are others than was known so far. */
  take({ room, device, at, metrics: said }: PastReading): Record<string, number> | undefined {
    const key = `${room}/${device}`;
    const known = this.#devices.get(key);
    if (known === undefined) {
      this.#devices.set(key, { lastAt: at, gaps: [], told: undefined });
      return undefined;
    }
    known.gaps.push((at - known.lastAt) / 1_000);
    known.lastAt = at;
    if (known.gaps.length > LOOKED_AT) known.gaps.shift();
    if (known.gaps.length < LOOKED_AT) return undefined;
    const pace = known.gaps.toSorted((a, b) => a - b)[LOOKED_AT / 2] ?? 0;
    const intervals = Object.keys(said).map((metric) => this.#interval(key, metric));
    const expected = Math.max(...intervals);
    const before = known.told ?? expected;
    const next = pace > APART * expected ? pace : expected;
    if (next < APART * before && before < APART * next) return undefined;
    known.told = next;
    return Object.fromEntries(Object.keys(said).map((metric) => [metric, next]));
  }

  #interval(key: string, metric: string): number {
    return this.#cards.get(key)?.intervals_s?.[metric] ?? (metrics.get(metric)?.interval ?? 60_000) / 1_000;
  }
}
