import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bus } from "#contract/bus.ts";
import { silentLog } from "#contract/log.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { encode, topicOf } from "#contract/wire.ts";
import { findMosquitto, type Mosquitto, startMosquitto } from "#test/peers/mosquitto.ts";
import { recorded } from "#test/stories/recorded.ts";
import { ROOM, ROOM_KEY, SITE } from "#test/stories/story-room.ts";
import { until } from "#test/stories/until.ts";
import { WholeProgram } from "#test/stories/whole-program.ts";

const isHere = findMosquitto() !== undefined;
/** The page's own lines: what it says is what happens. */
const page = readFileSync(new URL("../../docs/external-broker.md", import.meta.url), "utf8");
const bridge = /```conf\n(connection greenroom[^]*?)```/.exec(page)?.[1] ?? "";

let program: WholeProgram;
let mosquitto: Mosquitto;
let sensor: Bus;

beforeAll(async () => {
  if (!isHere) return;
  program = await WholeProgram.start();
  const key = await program.agentKey("bridge", ROOM_KEY);
  const config = bridge
    .replace(/^address .*$/m, `address 127.0.0.1:${program.mqttPort}`)
    .replace(/^remote_password .*$/m, `remote_password ${key}`)
    .replaceAll("hq/harbour", ROOM_KEY)
    .replace(/^bridge_(cafile|insecure).*$/gm, "")
    .replace(/^restart_timeout .*$/m, "restart_timeout 1");
  mosquitto = await startMosquitto({ config, persistence: true });
  sensor = await startMqttBus({ url: mosquitto.url, clock: systemClock, log: silentLog });
}, 60_000);
afterAll(async () => {
  await sensor?.close();
  await mosquitto?.dispose();
  await program?.dispose();
});

test.skipIf(!isHere)(
  "what a plain device sends over a bridge while Greenroom is away is in history in the end",
  async () => {
    const base = systemClock.now() - 3_600_000;
    const sent: number[] = [];
    const send = async (n: number): Promise<void> => {
      for (let i = 0; i < n; i++) {
        const at = base + sent.length * 1_000;
        sent.push(at);
        const reading = encode("reading", { at: rfc3339(instant(at)), metrics: { co2_ppm: 500 + (sent.length % 9) } });
        await sensor.publish(topicOf("reading", { site: SITE, room: ROOM, device: "air" }), reading, { qos: 1 });
      }
    };
    const inHistory = (): number[] => recorded(program.dataDir, { device: "air", metric: "co2_ppm" });
    await send(20);
    await until("the bridge stands", () => inHistory().length === 20);
    await program.kill9();
    await send(500);
    // Its broker dies, too: what it took is on its disk.
    await mosquitto.stop();
    await mosquitto.start();
    await until("the device is linked again", () => sensor.connected);
    await send(100);
    await program.start();
    await until("everything is in history", () => inHistory().length === sent.length, 40_000);
    expect(inHistory()).toEqual(sent);
    const facilities = await program.as("facilities");
    expect(await facilities.rejected()).toEqual([]);
  },
  120_000,
);
