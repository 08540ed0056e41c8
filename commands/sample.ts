import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#contract/clock.ts";
import { roomKey } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import { hours, type Instant, instant, rfc3339 } from "#contract/units.ts";
import { topicOf } from "#contract/wire.ts";
import type { Server } from "#server/main.ts";
import { pastReadings, startBuilding } from "#simulators/building/building.ts";
import { SimulatedAgent } from "#simulators/building/simulated-agent.ts";
import { AV_AGENT, floorAgent } from "#simulators/sample/rooms.ts";
import { makeSampleBuilding, type SampleBuilding } from "#simulators/sample/sample-building.ts";
import { startAvRack } from "./sample-av-rack.ts";
import type { Settings } from "./settings.ts";

export interface SampleOptions {
  server: Server;
  settings: Settings;
  mqtt: string;
  clock: Clock;
  log: Log;
}

export interface Sample {
  building: SampleBuilding;
  /** Lets the building live; resolves to what stops it. */
  run(): Promise<() => Promise<void>>;
}

/** How much of its past the building brings along at the first start. */
const PAST = hours(7 * 24);
const PAST_AT_ONCE = 200;

/**
 * Prepares the simulated building: its cards, demos and people are in the store afterwards. The building itself lives from
 * `run` on. It stays the same building over restarts, in the place and around the day of its first start.
 */
export async function prepareSample(options: SampleOptions): Promise<Sample> {
  const first = options.server.isEmpty();
  const building = makeSampleBuilding(anchorOf(options, first));
  if (first) await options.server.load(seedOf(building));
  return { building, run: () => runBuilding(options, building, first) };
}

/** The instant around which the building's two weeks lie: that of the first start, kept in the data folder. */
function anchorOf({ settings, clock }: SampleOptions, first: boolean): Instant {
  const file = join(settings.data_dir, "sample.json");
  if (!first) {
    try {
      const { anchor_ms } = JSON.parse(readFileSync(file, "utf8")) as { anchor_ms: unknown };
      if (typeof anchor_ms === "number") return instant(anchor_ms);
    } catch {
      // A lost file costs only the link to the past: the building starts anew around now.
    }
  }
  const anchor = clock.now();
  writeFileSync(file, `${JSON.stringify({ anchor_ms: anchor })}\n`);
  return anchor;
}

function seedOf(building: SampleBuilding): Parameters<Server["load"]>[0] {
  const key = (room: string): string => roomKey(building.site, room);
  return {
    site: building.site,
    rooms: building.rooms.map(({ room, card }) => ({ room, card })),
    // What a demo's template asks, the store knows.
    demos: building.demos.map(({ room, needs: { people = 0 }, ...demo }) => ({
      ...demo,
      room: key(room),
      needs: { people },
    })),
    bookings: building.bookings.map(({ room, start, end }) => ({ room: key(room), start, end })),
    maintenance: building.maintenance.map(({ room, start, end, reason }) => ({
      room: key(room),
      start: rfc3339(start),
      end: rfc3339(end),
      reason,
    })),
    people: [
      { name: "Fiona Facilities", email: "facilities@example.com", role: "facilities" },
      { name: "Sam Sales", email: "sales@example.com", role: "sales" },
      { name: "Ada Admin", email: "admin@example.com", role: "admin" },
    ],
  };
}

async function runBuilding(
  options: SampleOptions,
  building: SampleBuilding,
  first: boolean,
): Promise<() => Promise<void>> {
  const { server, clock, log, mqtt } = options;
  const { site, rooms, visits, faults, seed, anchor } = building;
  const floors = [...new Set(rooms.map(({ card }) => card.floor))];
  const boot = `sim-${clock.now().toString(36)}`;
  const agents = new Map<string, SimulatedAgent>();
  const buses: { close(): Promise<void> }[] = [];
  for (const floor of floors) {
    const agent = floorAgent(floor);
    const here = rooms.filter(({ card }) => card.floor === floor);
    const key = await renewedKey(
      server,
      agent,
      here.map(({ room }) => roomKey(site, room)),
    );
    const will = {
      topic: topicOf("agentState", { site, agent }),
      payload: JSON.stringify({ at: rfc3339(clock.now()), state: "offline", boot }),
      qos: 1 as const,
      retain: true,
    };
    const bus = await startMqttBus({ url: mqtt, username: agent, password: key, clientId: agent, will, clock, log });
    const simulated = new SimulatedAgent({ site, agent, boot, bus, clock });
    await simulated.born(
      here.flatMap(({ room, card }) =>
        card.devices
          .filter((each) => each.agent === agent)
          .map(({ device, kind, intervals_s }) => ({
            room,
            device,
            state: { state: "online" as const, kind, ...(intervals_s === undefined ? {} : { intervals_s }) },
          })),
      ),
    );
    agents.set(agent, simulated);
    buses.push(bus);
  }
  const start = instant(Math.min(anchor, clock.now()) - PAST);
  const running = startBuilding({ rooms, visits, faults, seed, start: clock.now(), clock, agents });
  const rack = await startAvRack({
    dataDir: options.settings.data_dir,
    mqtt,
    clock,
    log,
    building,
    room: (room) => running.room(room),
    key: await renewedKey(
      server,
      AV_AGENT,
      rooms.map(({ room }) => roomKey(site, room)),
    ),
  });
  const past = new AbortController();
  if (first) void tellPast(pastReadings({ rooms, visits, faults, seed, start }, clock.now()), agents, past.signal);
  return async () => {
    past.abort();
    running.stop();
    await rack.stop();
    for (const agent of agents.values()) await agent.stop();
    for (const bus of buses) await bus.close();
  };
}

/** Readings of the past go out a few at a time, so that a week of them does not fill the memory or delay the present. */
async function tellPast(
  readings: ReturnType<typeof pastReadings>,
  agents: ReadonlyMap<string, SimulatedAgent>,
  signal: AbortSignal,
): Promise<void> {
  for (const { room, device, agent: name, at, metrics } of readings) {
    if (signal.aborted) return;
    const agent = agents.get(name ?? "");
    agent?.send(room, device, at, { metrics, late: true });
    if (agent !== undefined && agent.waiting > PAST_AT_ONCE) await agent.drained();
  }
}

/** The simulated agents get a new key at every start, so that none has to be kept. */
async function renewedKey(server: Server, agent: string, rooms: string[]): Promise<string> {
  await server.agentKeys.revoke(agent);
  return server.agentKeys.create(agent, rooms);
}
