import type { Bus } from "#contract/bus.ts";
import type { Demo } from "#contract/messages/room.ts";
import { hours, type Instant, instant, later, parseInstant, rfc3339 } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";

/** Demos by room. */
export type DemosByRoom = ReadonlyMap<string, readonly Demo[]>;

const AHEAD = hours(48);
/** Often enough that every demo is told more than a day before. */
const RENEWED = hours(6);

/** Publishes, as recorded time goes on, the demos of the next 48 h of each room, as the server does. */
export class DemoFeed {
  readonly #bus: Bus;
  readonly #site: string;
  readonly #demos: DemosByRoom;
  readonly #said = new Map<string, string>();
  #next: Instant = instant(0);

  constructor(bus: Bus, site: string, demos: DemosByRoom) {
    this.#bus = bus;
    this.#site = site;
    this.#demos = demos;
  }

  async advance(now: Instant): Promise<void> {
    if (now < this.#next) return;
    this.#next = later(now, RENEWED);
    for (const [room, all] of this.#demos) {
      const demos = all.filter((demo) => at(demo.end) >= now && at(demo.start) <= later(now, AHEAD));
      const ids = demos.map((demo) => demo.id).join();
      if (this.#said.get(room) === ids) continue;
      this.#said.set(room, ids);
      await publish(this.#bus, "demos", { site: this.#site, room }, { at: rfc3339(now), demos });
    }
  }
}

const at = (text: string): number => parseInstant(text) as number;
