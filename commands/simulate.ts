import { Command, InvalidArgumentError } from "commander";
import { GreenroomError } from "#contract/errors.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { type Instant, instant, later, minutes, parseInstant, rfc3339 } from "#contract/units.ts";
import { publish } from "#contract/wire.ts";
import { startBuilding } from "#simulators/building/building.ts";
import { type Fault, faultNames, isFaultName } from "#simulators/building/faults.ts";
import { SimulatedAgent } from "#simulators/building/simulated-agent.ts";
import { makeSampleBuilding, type SampleBuilding } from "#simulators/sample/sample-building.ts";
import type { Bus } from "#contract/bus.ts";
import { programLog } from "./program-log.ts";
import { print, run, untilStopped } from "./run.ts";

interface SimulateOptions {
  broker: string;
  username?: string;
  passwordEnv?: string;
  seed: string;
  fault?: WantedFault[];
  plan?: boolean;
}
interface WantedFault {
  room: string;
  fault: Fault["fault"];
  minutes: number;
}

const AGENT = "simulator";

export const simulateCommand = (): Command =>
  new Command("simulate")
    .description(
      "Runs the sample building against a broker of yours: sensors, codecs and displays, with faults by name.",
    )
    .requiredOption("--broker <url>", "the MQTT broker, mqtt://… or mqtts://…")
    .option("--username <name>", "the agent's name at the broker")
    .option("--password-env <name>", "the environment variable that holds its key")
    .option("--seed <text>", "the same seed makes the same building", "greenroom")
    .option(
      "--fault <room:fault:minutes...>",
      `lets a fault hold from now on; faults: ${faultNames.join(", ")}`,
      collectFault,
    )
    .option("--plan", "also publish cards and demos, for a broker that no Greenroom server uses")
    .action(
      run(async (options: SimulateOptions) => {
        const clock = systemClock;
        const now = clock.now();
        const building = makeSampleBuilding(now, options.seed);
        const password = options.passwordEnv === undefined ? undefined : process.env[options.passwordEnv];
        if (options.passwordEnv !== undefined && password === undefined)
          throw new GreenroomError("INPUT_INVALID", `--password-env: ${options.passwordEnv} is not set`);
        const bus = await startMqttBus({
          url: options.broker,
          clientId: options.username ?? AGENT,
          ...(options.username === undefined ? {} : { username: options.username }),
          ...(password === undefined ? {} : { password }),
          clock,
          log: programLog(),
        });
        if (options.plan === true) await publishPlan(bus, building, now);
        const agent = new SimulatedAgent({
          site: building.site,
          agent: options.username ?? AGENT,
          boot: `sim-${now.toString(36)}`,
          bus,
          clock,
        });
        await agent.born(
          building.rooms.flatMap(({ room, card }) =>
            card.devices.map(({ device, kind, intervals_s }) => ({
              room,
              device,
              state: { state: "online" as const, kind, ...(intervals_s === undefined ? {} : { intervals_s }) },
            })),
          ),
        );
        const faults = [
          ...building.faults,
          ...(options.fault ?? []).map(({ room, fault, minutes: lasts }) => ({
            room,
            fault,
            from: now,
            to: later(now, minutes(lasts)),
          })),
        ];
        const agents = new Map(
          building.rooms.flatMap(({ card }) => card.devices.map((each) => [each.agent ?? "", agent] as const)),
        );
        const running = startBuilding({
          rooms: building.rooms,
          visits: building.visits,
          faults,
          seed: building.seed,
          start: now,
          clock,
          agents,
        });
        print(
          `${building.rooms.length} rooms in ${building.city} report to ${options.broker} as ${options.username ?? AGENT}. Stop with Ctrl-C.`,
        );
        await untilStopped();
        running.stop();
        await agent.stop();
        await bus.close();
        process.exit();
      }),
    );

function collectFault(text: string, before: WantedFault[] = []): WantedFault[] {
  const [room = "", fault = "", lasts = "60"] = text.split(":");
  if (room === "" || !isFaultName(fault) || !(Number(lasts) > 0))
    throw new InvalidArgumentError(`must be room:fault:minutes, with a fault of ${faultNames.join(", ")}`);
  return [...before, { room, fault, minutes: Number(lasts) }];
}

/** Cards, demos and maintenance as a server would publish them. */
async function publishPlan(
  bus: Bus,
  { site, rooms, demos, bookings, maintenance }: SampleBuilding,
  now: Instant,
): Promise<void> {
  const at = rfc3339(now);
  const soon = (text: string): boolean => (parseInstant(text) ?? instant(0)) < now + 48 * 3_600_000;
  for (const { room, card } of rooms) {
    await publish(bus, "card", { site, room }, card);
    const coming = demos
      .filter((demo) => demo.room === room && soon(demo.start) && (parseInstant(demo.end) ?? instant(0)) > now)
      .map(({ room: _room, ...demo }) => demo);
    const booked = bookings
      .filter((each) => each.room === room && soon(each.start) && (parseInstant(each.end) ?? instant(0)) > now)
      .map(({ start, end }) => ({ start, end }));
    await publish(bus, "demos", { site, room }, { at, demos: coming, bookings: booked });
    const windows = maintenance
      .filter((each) => each.room === room)
      .map(({ start, end, reason }) => ({ id: `${room}-${start}`, start: rfc3339(start), end: rfc3339(end), reason }));
    await publish(bus, "maintenance", { site, room }, { at, windows });
  }
}
