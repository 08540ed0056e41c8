import { WebSocket } from "ws";
import { systemClock } from "#contract/system-clock.ts";
import { rfc3339 } from "#contract/units.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import { sleep } from "#contract/clock.ts";
import { millis } from "#contract/units.ts";
import { parseRoomKey } from "#contract/ids.ts";
import { silentLog } from "#contract/log.ts";
import { publish } from "#contract/wire.ts";
import { spawnLoad } from "./load-generator.ts";
import { SENSOR, startMeasuredProgram } from "./program.ts";

/** From publishing a reading that changes a room until the frame that shows it, beside a steady load. */
export interface LatencyReport {
  load_per_second: number;
  probes: number;
  lost: number;
  ms: { p50: number; p99: number; max: number };
}

const PROBE_EVERY_MS = 150;
const PATIENCE_MS = 5_000;

export async function benchLatency({ seconds, rate }: { seconds: number; rate: number }): Promise<LatencyReport> {
  const program = await startMeasuredProgram({ agents: 20, roomsPerAgent: 8 });
  const [prober, ...loaded] = program.agents;
  if (prober === undefined) throw new Error("there is no agent to probe with");
  const bus = await startMqttBus({
    url: `mqtt://127.0.0.1:${program.mqttPort}`,
    username: prober.agent,
    password: prober.key,
    clientId: prober.agent,
    clock: systemClock,
    log: silentLog,
  });
  const seen = new Map<string, (at: number) => void>();
  const socket = await listen(program, seen);
  const load = spawnLoad({ port: program.mqttPort, agents: loaded, devicesPerRoom: 2, rate, seconds: seconds + 1 });
  await sleep(systemClock, millis(1_000));
  const latencies: number[] = [];
  let lost = 0;
  const until = systemClock.now() + seconds * 1000;
  for (let n = 0; systemClock.now() < until; n++) {
    const { site, room } = parseRoomKey(prober.rooms[n % prober.rooms.length] as string);
    // Every probe is a value that this room has not had, so that the frame that answers it can be told apart.
    const temperature = Math.round((20 + ((n * 0.13) % 8)) * 100) / 100;
    const key = `${site}/${room}=${temperature}`;
    const answer = new Promise<number>((resolve) => seen.set(key, resolve));
    const sent = performance.now();
    await publish(
      bus,
      "reading",
      { site, room, device: SENSOR },
      {
        at: rfc3339(systemClock.now()),
        metrics: { temperature_c: temperature, humidity_pct: 45, co2_ppm: 600, noise_dba: 30 },
      },
    );
    const at = await Promise.race([answer, sleep(systemClock, millis(PATIENCE_MS)).then(() => undefined)]);
    seen.delete(key);
    if (at === undefined) lost += 1;
    else latencies.push(at - sent);
    await sleep(systemClock, millis(PROBE_EVERY_MS));
  }
  const report = await load;
  socket.close();
  await bus.close();
  await program.stop();
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return {
    load_per_second: report.per_second,
    probes: sorted.length + lost,
    lost,
    ms: { p50: at(0.5), p99: at(0.99), max: at(1) },
  };
}

async function listen(
  { url, token }: { url: string; token: string },
  seen: ReadonlyMap<string, (at: number) => void>,
): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/live`, {
    headers: { authorization: `Bearer ${token}` },
  });
  socket.on("message", (data: Buffer) => {
    const at = performance.now();
    const message = JSON.parse(data.toString()) as { rooms?: { key: string; temperature_c?: number }[] };
    for (const { key, temperature_c } of message.rooms ?? []) seen.get(`${key}=${temperature_c}`)?.(at);
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return socket;
}
