import { type Instant, rfc3339 } from "#contract/units.ts";
import type { Booking, Demo, RoomCard, RoomDemos } from "#contract/messages/room.ts";
import type { Brain } from "#gateway/brain.ts";
import type { Kind, Payload, Topic } from "#contract/wire.ts";
import { comfortOf, type World } from "../world/world.ts";
import type { Visit } from "../world/calendar.ts";
import { instantOf, ZONE } from "./site-calendar.ts";
import { type DeviceName, deviceNames, type Metrics } from "./telemetry.ts";

const SITE = "site";
const HOUR_S = 3_600;
/** The server tells the gateway of visits so far ahead, ms. */
const AHEAD = 48 * 3_600_000;

const roomId = (index: number): string => `r${String(index).padStart(3, "0")}`;
export const roomIndex = (id: string): number => Number(id.slice(id.lastIndexOf("r") + 1));
const agentId = (floor: number): string => `edge-${floor}`;

/** Speaks to the gateway as agents and server do, with values instead of bytes. */
export class SiteWire {
  readonly #world: World;
  readonly #brain: Brain;
  readonly #topics: Record<DeviceName, Topic>[];
  readonly #seq: number[];
  /** By floor. */
  readonly #agents: readonly string[];
  #at: Instant;
  #stamp = "";

  constructor(world: World, brain: Brain, at: Instant) {
    this.#world = world;
    this.#brain = brain;
    this.#topics = world.rooms.map(({ index }) => topicsOf(index));
    this.#seq = Array.from({ length: world.floors }, () => 0);
    this.#agents = this.#seq.map((_, floor) => agentId(floor));
    this.#at = at;
    this.setTime(at);
  }

  setTime(at: Instant): void {
    this.#at = at;
    this.#stamp = rfc3339(at);
  }

  reading(room: number, device: DeviceName, metrics: Metrics): void {
    const topic = this.#topics[room]?.[device];
    const floor = this.#world.rooms[room]?.floor ?? 0;
    const seq = (this.#seq[floor] ?? 0) + 1;
    this.#seq[floor] = seq;
    if (topic === undefined) return;
    const value = { at: this.#stamp, agent: this.#agents[floor] ?? "", boot: "a", seq, metrics };
    this.#brain.reading(topic, { value, at: this.#at });
  }

  sleeps(room: number, isAsleep: boolean): void {
    const agent = agentId(this.#world.rooms[room]?.floor ?? 0);
    for (const device of deviceNames) {
      const state = isAsleep ? ("sleeping" as const) : ("online" as const);
      const payload = { at: this.#stamp, state, agent, intervals_s: this.#intervals(device) };
      this.#take("deviceState", { room: roomId(room), device }, payload);
    }
  }

  agent(floor: number, isOnline: boolean): void {
    const rooms = this.#world.rooms.filter((room) => room.floor === floor);
    const devices = rooms.flatMap(({ index }) => deviceNames.map((device) => `${roomId(index)}/${device}`));
    const state = isOnline ? ("online" as const) : ("offline" as const);
    this.#take(
      "agentState",
      { agent: agentId(floor) },
      { at: this.#stamp, state, boot: "a", ...(isOnline && { devices }) },
    );
  }

  card(room: number, day: number): void {
    this.#take("card", { room: roomId(room) }, this.#cardOf(room, day));
  }

  /** What the server knows of a room's next 48 h. `placeOf`: where a visit takes place, which may be another room than it was booked for. */
  demos(room: number, placeOf: (visit: Visit) => number): void {
    const demos: Demo[] = [];
    const bookings: Booking[] = [];
    const { scenario, days } = this.#world;
    const isAhead = (day: number, end: number, start: number): boolean =>
      instantOf(scenario, day, end) > this.#at && instantOf(scenario, day, start) <= this.#at + AHEAD;
    for (const [day, plan] of days.entries()) {
      if (!isAhead(day, 1_440, 0)) continue;
      for (const visit of plan.visits)
        if (placeOf(visit) === room && isAhead(day, visit.end, visit.arrival)) demos.push(this.#demoOf(visit, room));
      for (const { start, end, isDemo } of plan.meetings[room] ?? [])
        if (!isDemo && end > start && isAhead(day, end, start))
          bookings.push({ start: this.#time(day, start), end: this.#time(day, end) });
    }
    const payload: RoomDemos = { at: this.#stamp, demos, bookings };
    this.#take("demos", { room: roomId(room) }, payload);
  }

  reply(room: string, id: string, reply: Omit<Payload<"reply">, "at">): void {
    this.#take("reply", { room, id }, { at: this.#stamp, ...reply } as Payload<"reply">);
  }

  result(room: string, device: string, result: Omit<Payload<"result">, "at">): void {
    this.#take("result", { room, device }, { at: this.#stamp, ...result } as Payload<"result">);
  }

  #take<K extends Kind>(kind: K, address: Omit<Topic, "kind" | "site">, payload: Payload<K>): void {
    this.#brain.take({ kind, site: SITE, ...address }, false, () => payload as never);
  }

  #time = (day: number, minute: number): string => rfc3339(instantOf(this.#world.scenario, day, minute));

  #intervals(device: DeviceName): Record<string, number> {
    const { climate_every_s: air, devices_every_s: gear } = this.#world.scenario.sensors;
    const ofGear = (...metrics: string[]): Record<string, number> =>
      Object.fromEntries(metrics.map((metric) => [metric, gear]));
    const all: Record<DeviceName, Record<string, number>> = {
      air: { temperature_c: air, co2_ppm: air, occupied: air },
      thermostat: { setpoint_c: HOUR_S },
      button: { reset_pressed: HOUR_S },
      display: ofGear("power_state", "reachable", "other_health"),
      codec: ofGear("registered", "cameras_connected"),
      mic: ofGear("microphones_connected", "speaker_connected"),
    };
    return all[device];
  }

  #cardOf(index: number, day: number): RoomCard {
    const { rooms, scenario, weather } = this.#world;
    const room = rooms[index];
    if (room === undefined) throw new RangeError(`no room ${index}`);
    const { ready, usable } = comfortOf(weather[day] ?? { isSummer: false });
    const clock = (minute: number): string => this.#time(0, minute).slice(11, 16);
    const of = (device: DeviceName, kind: RoomCard["devices"][number]["kind"], control = false) => ({
      device,
      name: device,
      kind,
      agent: agentId(room.floor),
      upstream: `sw-${room.floor}`,
      intervals_s: this.#intervals(device),
      ...(control && { control }),
    });
    return {
      name: roomId(index),
      floor: String(room.floor),
      zone: ZONE,
      seats: room.seats,
      capabilities: ["display", "video_call"],
      devices: [
        of("air", "sensor"),
        of("thermostat", "sensor"),
        of("button", "sensor"),
        of("display", "display", true),
        of("codec", "codec", true),
        of("mic", "other"),
      ],
      comfort: { temperature_c: { ready: [...ready], usable: [...usable] } },
      ahu: `ahu-${room.floor}`,
      place: { storey: room.floor, x_m: room.place * 8 },
      hvac: { on: clock(scenario.climate.card_says_min), off: clock(scenario.days.to_min) },
    };
  }

  #demoOf(visit: Visit, room: number): Demo {
    const { weather, scenario } = this.#world;
    const { ready, usable } = comfortOf(weather[visit.day] ?? { isSummer: false });
    const asksReset = room === visit.room && visit.gap >= scenario.reset_visits.asked_gap_min;
    const start = this.#time(visit.day, visit.arrival);
    return {
      id: visit.id,
      title: visit.id,
      start,
      arrival: start,
      end: this.#time(visit.day, visit.end),
      needs: {
        people: visit.people,
        capabilities: visit.call ? ["display", "video_call"] : ["display"],
        comfort: { temperature_c: { ready: [...ready], usable: [...usable] } },
        reset_visit: asksReset,
      },
    };
  }
}

function topicsOf(index: number): Record<DeviceName, Topic> {
  const of = (device: DeviceName): Topic => ({ kind: "reading", site: SITE, room: roomId(index), device });
  return {
    display: of("display"),
    codec: of("codec"),
    mic: of("mic"),
    air: of("air"),
    thermostat: of("thermostat"),
    button: of("button"),
  };
}
