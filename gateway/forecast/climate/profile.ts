import { SLOTS_PER_DAY } from "./grid.ts";
import type { LocalTime } from "./local-time.ts";
import type { Shelf } from "./shelf.ts";

const SLOTS_PER_HOUR = SLOTS_PER_DAY / 24;
/** What a new day counts for against all days before: 30 %, given in four steps per slot. */
const STEP_SHARE = 1 - 0.7 ** (1 / 4);

/** How the room usually is at a time of day, on working days and at weekends. */
export class Profile {
  /** In grains above the floor, 0 for nothing known. */
  readonly #levels: Uint16Array;
  readonly #scale: { floor: number; grain: number };

  constructor(shelf: Shelf, scale: { floor: number; grain: number }) {
    this.#levels = shelf.words(2 * SLOTS_PER_DAY);
    this.#scale = scale;
  }

  /** The usual value at a time, evenly between the middles of the slots; NaN where none was seen yet. */
  at({ hour, isWeekend }: LocalTime): number {
    const first = isWeekend ? SLOTS_PER_DAY : 0;
    const place = hour * SLOTS_PER_HOUR - 0.5;
    const before = Math.floor(place);
    const share = place - before;
    const low = this.#level(first + ((before + SLOTS_PER_DAY) % SLOTS_PER_DAY));
    const high = this.#level(first + ((before + 1) % SLOTS_PER_DAY));
    if (Number.isNaN(high)) return low;
    return Number.isNaN(low) ? high : low + (high - low) * share;
  }

  learn({ hour, isWeekend }: LocalTime, value: number): void {
    const at = (isWeekend ? SLOTS_PER_DAY : 0) + Math.floor(hour * SLOTS_PER_HOUR);
    const known = this.#level(at);
    const level = Number.isNaN(known) ? value : known + STEP_SHARE * (value - known);
    const { floor, grain } = this.#scale;
    this.#levels[at] = Math.max(1, Math.min(65_535, Math.round((level - floor) / grain)));
  }

  #level(at: number): number {
    const grains = this.#levels[at] as number;
    return grains === 0 ? Number.NaN : this.#scale.floor + grains * this.#scale.grain;
  }
}
