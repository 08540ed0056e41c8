import type { Demo, Needs, RoomCard } from "#contract/messages/room.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { type Instant, instant } from "#contract/units.ts";
import { Agents } from "../rooms/agents.ts";
import { RoomState } from "../rooms/room-state.ts";
import { spanOf } from "../rooms/span.ts";
import type { Ask, Check, Requirement } from "./check.ts";
import type { Settled } from "./settle.ts";
import { Judge, type Row } from "./verdict.ts";
import { visitOf } from "./visit.ts";

export const NINE: Instant = instant(Date.UTC(2026, 10, 23, 9));

/** Not among the card's devices: a button is where a site has one. */
export const button = {
  device: "button",
  name: "Reset button",
  kind: "other",
  intervals_s: { reset_pressed: 3600 },
} as const satisfies RoomCard["devices"][number];

const device = (id: string, kind: RoomCard["devices"][number]["kind"]): RoomCard["devices"][number] => ({
  device: id,
  name: `The ${id}`,
  kind,
});

export const testCard: RoomCard = {
  name: "Harbour",
  floor: "12",
  zone: "UTC",
  seats: 8,
  capabilities: ["display", "video_call", "audio"],
  devices: [device("air", "sensor"), device("proj", "projector"), device("codec", "codec"), device("net", "network")],
};

const speakers: Readonly<Record<string, string>> = {
  power_state: "proj",
  lamp_health: "proj",
  filter_health: "proj",
  input_state: "proj",
  picture_muted: "proj",
  picture_frozen: "proj",
  lamp_used_pct: "proj",
  registered: "codec",
  cameras_connected: "codec",
  microphones_connected: "codec",
  microphone_muted: "codec",
  speaker_connected: "codec",
  packet_loss_pct: "net",
  link_up: "net",
  poe_state: "net",
  latency_ms: "net",
  reset_pressed: "button",
};

export type Values = Readonly<Record<string, MetricValue>>;

/** One room that is told values and asked what one check makes of them. */
export class Bench {
  readonly room: RoomState;
  readonly agents = new Agents();
  readonly settled = new Map<string, Settled>();
  now: Instant = NINE;
  demo: Demo | undefined;
  readonly #check: Check;

  constructor(check: Check, card: Partial<RoomCard> = {}) {
    this.#check = check;
    this.room = new RoomState("hq", "harbour", this.agents);
    this.room.takeCard({ ...testCard, ...card }, this.now);
  }

  /** Moves on, then every value is reported. `reachable` is the network's. */
  says(values: Values, afterMin = 0): this {
    this.now = instant(this.now + afterMin * 60_000);
    for (const [metric, value] of Object.entries(values)) {
      const name = speakers[metric] ?? (metric === "reachable" ? "net" : "air");
      this.room.takeReading(name, { at: "", metrics: { [metric]: value } }, this.now, this.now);
    }
    return this;
  }

  /** It was tried out now, and failed. */
  fails(device: string, text: string): this {
    this.room.takeTrial(device, { at: this.now, ok: false, text });
    return this;
  }

  waits(min: number): this {
    this.now = instant(this.now + min * 60_000);
    return this;
  }

  /** What the check requires for these needs (the room's usual ones unless given). */
  requires(needs: Needs = {}): Requirement | undefined {
    const card = this.room.card ?? testCard;
    const ask: Ask = {
      card,
      visit: this.demo === undefined ? undefined : visitOf(this.demo, this.room.bookings.map(spanOf)),
      needs: { capabilities: card.capabilities, ...needs },
      windows: this.room.windows.map((window) => ({ ...window, span: spanOf(window) })),
    };
    return this.#check.require(ask, this.room, this.now);
  }

  /** What the check finds; `undefined` when it asks nothing. */
  finds(needs: Needs = {}): Row | undefined {
    const requirement = this.requires(needs);
    return requirement === undefined ? undefined : this.#judge().verdict([requirement]).rows[0];
  }

  /** When its look asks to be woken by the clock, minutes after nine; what is over wakes nobody. */
  wakes(needs: Needs = {}): number[] {
    const { scene } = this.#judge();
    const wakes = new Set<number>();
    scene.wakeAt = (at) => {
      if (at > this.now) wakes.add((at - NINE) / 60_000);
    };
    this.requires(needs)?.look(scene);
    return [...wakes].toSorted((a, b) => a - b);
  }

  /** The sentence of what it finds. */
  tells(needs: Needs = {}): string {
    const row = this.finds(needs);
    return row === undefined ? "nothing is asked" : row.part.say(row.since);
  }

  #judge(): Judge {
    return new Judge({ room: this.room, settled: this.settled }, this.now);
  }
}

/** A demo that arrives so many minutes after nine. */
export const demoIn = (minutes: number, demo: Partial<Demo> = {}): Demo => {
  const at = new Date(NINE + minutes * 60_000).toISOString();
  const end = new Date(NINE + (minutes + 60) * 60_000).toISOString();
  return { id: "acme", title: "Acme", start: at, arrival: at, end, needs: {}, ...demo };
};
