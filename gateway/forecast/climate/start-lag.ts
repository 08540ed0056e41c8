import type { Shelf } from "./shelf.ts";

/**
 * From which gap to the set-point on a start can be seen (K), from which movement on a room has begun (K), and after how long it is no late start, but
 * control that fails (minutes).
 */
const START = { gapK: 1.2, movedK: 0.3, mostMin: 150 } as const;
const STEP_MIN = 5;
const DAYS = 3;
/** In place of minutes: not seen yet. */
const UNSEEN = 255;

/** A morning, seen from the end of one of its steps. */
interface Morning {
  /** For how long control is on by its schedule, minutes; `undefined` while it is off, or nobody says. */
  ranMin: number | undefined;
  setpointC: number | undefined;
  /** The value so many steps ago, °C; NaN where there was none. */
  ago: (steps: number) => number;
  /** The room's rate, K/h, for a gap. */
  perHour: (gap: number) => number;
}

/**
 * How much later than its schedule says a room's climate control begins: plants start one after the other, and clocks change in spring. Seen each
 * morning in which the room has far to go; the middle one of the last three mornings counts, so that one repair at nine is no habit.
 */
export class StartLag {
  /** Minutes, the newest first. */
  readonly #late: Uint8Array;

  constructor(shelf: Shelf) {
    this.#late = shelf.bytes(DAYS).fill(UNSEEN);
  }

  /** Minutes; `undefined` until it was seen. */
  get lateMin(): number | undefined {
    const [first = UNSEEN, second = UNSEEN, third = UNSEEN] = this.#late;
    if (first === UNSEEN) return undefined;
    if (second === UNSEEN) return first;
    // Of two the smaller; of three the middle one.
    if (third === UNSEEN) return Math.min(first, second);
    return Math.max(Math.min(first, second), Math.min(Math.max(first, second), third));
  }

  /** Looks whether the room begins to move with the step that is just over. */
  follow({ ranMin, setpointC, ago, perHour }: Morning): void {
    if (ranMin === undefined || setpointC === undefined || ranMin > START.mostMin) return;
    const steps = Math.floor(ranMin / STEP_MIN);
    const first = ago(steps);
    const gap = setpointC - first;
    if (!(Math.abs(gap) >= START.gapK)) return;
    const up = Math.sign(gap);
    // Until it begins, it goes farther away.
    let from = first;
    for (let back = steps - 1; back >= 0; back--) {
      const value = ago(back);
      const moved = (value - from) * up;
      if (Number.isNaN(moved)) return;
      if (moved < 0) from = value;
      if (moved < START.movedK) continue;
      if (back === 0) this.#note(ranMin - (moved * 60) / perHour(gap));
      return;
    }
  }

  #note(lateMin: number): void {
    this.#late.copyWithin(1, 0);
    this.#late[0] = Math.max(0, Math.round(lateMin));
  }
}
