/** How often something was so, of how many. */
export interface Count {
  yes: number;
  of: number;
}

/** What one room does otherwise than its site: small counts, drawn towards the site's share where there are few. */
export class RoomHabits {
  /** Grows whenever something was noted. */
  revision = 0;
  readonly #counts = new Map<string, Count>();

  static from(json: unknown): RoomHabits {
    const habits = new RoomHabits();
    if (typeof json !== "object" || json === null) return habits;
    for (const [name, count] of Object.entries(json as Record<string, Count>).slice(0, MOST)) {
      if (Number.isFinite(count?.yes) && Number.isFinite(count?.of))
        habits.#counts.set(name, { yes: count.yes, of: count.of });
    }
    return habits;
  }

  toJSON(): Record<string, Count> {
    return Object.fromEntries(this.#counts);
  }

  /** Notes so many cases, so many of which were so. The past fades once there is plenty of it. */
  note(name: string, yes: number, of: number, most = PLENTY): void {
    let count = this.#counts.get(name);
    if (count === undefined) {
      if (this.#counts.size >= MOST) return;
      count = { yes: 0, of: 0 };
      this.#counts.set(name, count);
    }
    this.revision += 1;
    count.yes += yes;
    count.of += of;
    if (count.of <= most) return;
    count.yes /= 2;
    count.of /= 2;
  }

  /** How often it is so here, drawn towards the site's share as if that had been seen here `weight` times. */
  share(name: string, site: number, weight: number): number {
    const count = this.#counts.get(name);
    return count === undefined ? site : (count.yes + weight * site) / (count.of + weight);
  }
}

const PLENTY = 400;
const MOST = 64;
