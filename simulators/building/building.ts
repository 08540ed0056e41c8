import type { Cancel, Clock } from "#contract/clock.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { type Instant, instant, type Millis, millis, minutes, seconds } from "#contract/units.ts";
import type { Fault } from "./faults.ts";
import type { Visit } from "./people.ts";
import { type Metrics, SimulatedRoom } from "./room.ts";
import type { SimulatedAgent } from "./simulated-agent.ts";

export interface BuildingOptions {
  rooms: readonly { room: string; card: RoomCard }[];
  visits: (room: string) => readonly Visit[];
  faults: readonly Fault[];
  seed: string;
  start: Instant;
  clock: Clock;
  /** Who speaks for a device; devices without anybody are left to others (a real agent on a simulated display). */
  agents: ReadonlyMap<string, SimulatedAgent>;
  /** Simulated seconds per second of the clock. */
  speed?: number;
}

const SENSOR_INTERVAL = seconds(10);
const DEVICE_INTERVAL = seconds(30);

/** A running building: its rooms live on a clock and report through their agents. */
export interface Building {
  room(room: string): SimulatedRoom | undefined;
  /** Adds a fault while it runs. */
  addFault(fault: Fault): void;
  stop(): void;
}

/** Starts the building at `start`; every device reports at its interval, spread over it so that they don't all speak at once. */
export function startBuilding(options: BuildingOptions): Building {
  const { clock, agents, speed = 1 } = options;
  const faults = [...options.faults];
  const rooms = new Map(options.rooms.map((each) => [each.room, makeRoom(options, each, faults)]));
  const startedAt = clock.now();
  const simulatedNow = (): Instant => instant(options.start + (clock.now() - startedAt) * speed);
  const timers: Cancel[] = [];

  const report = (period: Millis, spread: number, task: () => void): void => {
    timers.push(
      clock.after(millis((period * spread) / speed), () => {
        task();
        timers.push(clock.every(millis(period / speed), task));
      }),
    );
  };
  options.rooms.forEach(({ room, card }, index) => {
    const simulated = rooms.get(room) as SimulatedRoom;
    for (const device of card.devices) {
      const agent = agents.get(device.agent ?? "");
      if (agent === undefined) continue;
      const period = device.kind === "sensor" ? SENSOR_INTERVAL : DEVICE_INTERVAL;
      report(period, (index + 0.5) / options.rooms.length, () => {
        const at = simulatedNow();
        simulated.advance(at);
        const metrics = metricsOf(simulated, device.kind);
        if (metrics !== undefined) agent.send(room, device.device, at, { metrics });
      });
    }
  });
  return {
    room: (room) => rooms.get(room),
    addFault: (fault) => void faults.push(fault),
    stop: () => {
      for (const cancel of timers) cancel();
    },
  };
}

/** The past of the building as its sensors would have told it, oldest first, for a history that does not begin empty. */
export function* pastReadings(
  options: Omit<BuildingOptions, "clock" | "agents">,
  until: Instant,
  step: Millis = minutes(5),
): Generator<{ room: string; device: string; agent: string | undefined; at: Instant; metrics: Metrics }> {
  const rooms = options.rooms.map((each) => ({ ...each, simulated: makeRoom(options, each, options.faults) }));
  for (let at = options.start; at < until; at = instant(at + step)) {
    for (const { room, card, simulated } of rooms) {
      simulated.advance(at);
      for (const device of card.devices) {
        if (device.kind !== "sensor") continue;
        const metrics = metricsOf(simulated, device.kind);
        if (metrics !== undefined) yield { room, device: device.device, agent: device.agent, at, metrics };
      }
    }
  }
}

function makeRoom(
  options: Omit<BuildingOptions, "clock" | "agents">,
  { room, card }: { room: string; card: RoomCard },
  faults: readonly Fault[],
): SimulatedRoom {
  return new SimulatedRoom({
    room,
    seed: options.seed,
    zone: card.zone,
    seats: card.seats,
    start: options.start,
    visits: options.visits(room),
    faults,
  });
}

function metricsOf(room: SimulatedRoom, kind: string): Metrics | undefined {
  if (kind === "sensor") return room.climateMetrics();
  if (kind === "codec") return room.codecMetrics();
  return kind === "display" || kind === "projector" ? room.displayMetrics() : undefined;
}
