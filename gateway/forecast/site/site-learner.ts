import { hours, type Instant, instant } from "#contract/units.ts";
import { Acts } from "./acts.ts";
import { Ledger } from "./ledger.ts";

const HOUR = hours(1);
const DAY = hours(24);
/** Until then a site says that it is learning. */
const LEARNING = 14 * DAY;
/** What a day leaves of all that was learned: half is forgotten after two months. */
const KEEP_A_DAY = 0.5 ** (1 / 60);
/** Fading stops here: a gateway that was away for a year begins with little, not with nothing. */
const MOST_DAYS = 365;
/** Room for every kind and code that there is; invented ones must not fill the memory. */
const MOST_LEDGERS = 400;
const VERSION = 1;

interface Remembered {
  version: number;
  since: number;
  hour: number;
  ledgers: Record<string, unknown>;
  climate?: unknown;
}

/**
 * What all rooms of a site teach and read: how long faults and repairs last, how people keep to their bookings, how right
 * the forecasts were. Plain counts in named ledgers. What is taught takes effect at the next full hour, so all rooms forecast
 * from the same knowledge, and the order of what happens in one instant is irrelevant.
 */
export class SiteLearner {
  readonly site: string;
  /** What people and panels have been told to do: how things would have gone by themselves is not to be seen from then on. */
  readonly acts = new Acts();
  /** The place for what the site's rooms share of their climate: plain JSON, or anything that turns into it. */
  climate: unknown;
  /** Grows whenever something takes effect. */
  revision = 0;
  /** Something was taught since it was last remembered. */
  isDirty = false;
  #since = Number.NaN;
  #hour = Number.NEGATIVE_INFINITY;
  readonly #ledgers = new Map<string, Ledger>();
  readonly #derived = new Map<string, unknown>();

  constructor(site: string) {
    this.site = site;
  }

  /** What was remembered; of another version or shape it is left out, and the site learns anew. */
  static from(site: string, json: unknown): SiteLearner {
    const learner = new SiteLearner(site);
    if (!isRemembered(json)) return learner;
    learner.#since = json.since;
    learner.#hour = json.hour;
    learner.climate = json.climate;
    for (const [name, rows] of Object.entries(json.ledgers).slice(0, MOST_LEDGERS)) {
      const ledger = Ledger.from(rows);
      if (ledger !== undefined) learner.#ledgers.set(name, ledger);
    }
    return learner;
  }

  toJSON(): Remembered {
    const names = [...this.#ledgers.keys()].toSorted();
    const ledgers = Object.fromEntries(names.map((name) => [name, this.#ledgers.get(name)?.toJSON()]));
    return { version: VERSION, since: this.#since, hour: this.#hour, ledgers, climate: this.climate };
  }

  /** Tells the time, before anything is taught or asked: at a full hour what was taught takes effect. */
  turn(now: Instant): void {
    const hour = Math.floor(now / HOUR);
    if (hour <= this.#hour) return;
    const isFirst = Number.isNaN(this.#since);
    if (isFirst) this.#since = now;
    const days = isFirst ? 0 : Math.min(MOST_DAYS, dayOf(hour) - dayOf(this.#hour));
    this.#hour = hour;
    let isNew = isFirst;
    for (const ledger of this.#ledgers.values()) {
      if (ledger.settle()) isNew = true;
      if (days > 0) ledger.fade(KEEP_A_DAY ** days);
    }
    if (!isNew && days === 0) return;
    this.#derived.clear();
    this.revision += 1;
    this.isDirty = true;
  }

  /** Grows whenever a forecast may be another. */
  get changes(): number {
    return this.revision + this.acts.revision;
  }

  /** Goes on from what another of the same site has learned; what is being done stays. */
  takeOver(other: SiteLearner): void {
    this.#since = other.#since;
    this.#hour = other.#hour;
    this.climate = other.climate;
    this.#ledgers.clear();
    for (const [name, ledger] of other.#ledgers) this.#ledgers.set(name, ledger);
    this.#derived.clear();
    this.revision += 1;
  }

  /** Since when the site has been learned. */
  get since(): Instant | undefined {
    return Number.isNaN(this.#since) ? undefined : instant(this.#since);
  }

  isLearned(now: Instant): boolean {
    return now - this.#since >= LEARNING;
  }

  /** The ledger of that name, to note something in. */
  ledger(name: string, size: number): Ledger {
    this.isDirty = true;
    let ledger = this.#ledgers.get(name);
    if (ledger !== undefined && ledger.counts.length === size) return ledger;
    const isKept = ledger !== undefined || this.#ledgers.size < MOST_LEDGERS;
    ledger = new Ledger(size);
    if (isKept) this.#ledgers.set(name, ledger);
    return ledger;
  }

  /** What is in effect under that name. */
  counts(name: string, size: number): ArrayLike<number> | undefined {
    const counts = this.#ledgers.get(name)?.counts;
    return counts?.length === size ? counts : undefined;
  }

  /** Something worked out from the counts, kept until they change. */
  derived<T>(key: string, work: () => T): T {
    let found = this.#derived.get(key);
    if (found === undefined) {
      found = work();
      this.#derived.set(key, found);
    }
    return found as T;
  }
}

const dayOf = (hour: number): number => Math.floor((hour * HOUR) / DAY);

function isRemembered(json: unknown): json is Remembered {
  const state = json as Remembered | null;
  return (
    typeof state === "object" &&
    state !== null &&
    state.version === VERSION &&
    Number.isFinite(state.since) &&
    Number.isFinite(state.hour) &&
    typeof state.ledgers === "object" &&
    state.ledgers !== null
  );
}
