import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Cancel, Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import { later, seconds } from "#contract/units.ts";
import { loadEdgeConfig } from "#edge/config.ts";
import { startEdge } from "#edge/main.ts";
import type { SimulatedRoom } from "#simulators/building/room.ts";
import { type PjlinkDevice, startPjlinkDevice } from "#simulators/devices/pjlink.ts";
import { AV_AGENT } from "#simulators/sample/rooms.ts";
import type { SampleBuilding } from "#simulators/sample/sample-building.ts";

export interface AvRackOptions {
  dataDir: string;
  mqtt: string;
  clock: Clock;
  log: Log;
  building: SampleBuilding;
  room: (room: string) => SimulatedRoom | undefined;
  key: string;
}

const POLL_S = 30;
/** In the morning somebody switches every display on once; afterwards they sleep until people come. */
const MORNING_CHECK = seconds(POLL_S * 3);

/**
 * The sample building's displays and projectors: each a simulated device that speaks PJLink on a real TCP port of the
 * loopback, polled by a real edge agent with its outbox on disk.
 */
export async function startAvRack(options: AvRackOptions): Promise<{ stop(): Promise<void> }> {
  const { dataDir, mqtt, clock, log, building, room, key } = options;
  const devices = new Map<string, PjlinkDevice>();
  for (const each of building.rooms) {
    devices.set(each.room, await startPjlinkDevice({ host: "127.0.0.1", clock, seed: devices.size + 1 }));
  }
  const folder = join(dataDir, "av-rack");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "key"), key, { mode: 0o600 });
  const file = join(folder, "agent.yaml");
  writeFileSync(
    file,
    agentYaml({ building, mqtt, ports: new Map([...devices].map(([name, device]) => [name, device.port])) }),
  );
  const config = await loadEdgeConfig(file);
  const edge = await startEdge({ config, clock, log });
  const checkedUntil = later(clock.now(), MORNING_CHECK);
  const cancel: Cancel = clock.every(seconds(2), () => {
    for (const [name, device] of devices)
      void follow(device, { room: room(name), isChecked: clock.now() < checkedUntil });
  });
  return {
    async stop() {
      cancel();
      await edge.stop();
      for (const device of devices.values()) await device.stop();
    },
  };
}

/** The configuration of the rack's agent, as a technician would write it. */
function agentYaml({
  building,
  mqtt,
  ports,
}: {
  building: SampleBuilding;
  mqtt: string;
  ports: ReadonlyMap<string, number>;
}): string {
  return stringify({
    site: building.site,
    agent: AV_AGENT,
    key_file: "key",
    broker: { url: mqtt },
    data_dir: "outbox",
    devices: building.rooms.map(({ room, card }) => ({
      room,
      device: "display",
      name: card.seats >= 12 ? "Projector" : "Display",
      driver: "pjlink",
      interval_s: POLL_S,
      options: { host: "127.0.0.1", port: ports.get(room), wanted_input: "31" },
    })),
  });
}

/** A display does what its room does: on while people are there, and broken when a fault says so. */
async function follow(
  device: PjlinkDevice,
  { room, isChecked }: { room: SimulatedRoom | undefined; isChecked: boolean },
): Promise<void> {
  if (room === undefined) return;
  const faults = room.faults;
  await device.set("refuses", faults.has("display-dead"));
  await device.set("lamp-dead", faults.has("lamp-failing"));
  device.input(faults.has("wrong-input") ? "11" : "31");
  device.power(room.people > 0 || isChecked ? "on" : "off");
}
