import { afterEach, beforeEach, expect, test } from "vitest";
import type { Bus } from "#contract/bus.ts";
import { silentLog } from "#contract/log.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { filterOf, parsePayload, publish } from "#contract/wire.ts";
import { findMosquitto, type Mosquitto, startMosquitto } from "#test/peers/mosquitto.ts";
import { until } from "./until.ts";
import { type RunningVerb, startVerb } from "./verb.ts";

const hasMosquitto = findMosquitto() !== undefined;
const ROOMS = ["atrium", "cedar", "harbour", "lotus", "maple", "peak"];
/** An alert's history holds a hundred events. */
const PER_ROOM = 90;
const noon = systemClock.now();
const at = (ms: number): string => rfc3339(instant(noon + ms));

let mosquitto: Mosquitto;
/** Speaks for the server, and hears what the gateway says. */
let server: Bus;
let gateways: RunningVerb[];
let alerts: Map<string, Alert>;

beforeEach(async () => {
  if (!hasMosquitto) return;
  // As Debian ships it: a queue of a thousand messages for whoever is away, kept in memory.
  mosquitto = await startMosquitto({ config: "max_queued_messages 1000" });
  server = await startMqttBus({ url: mosquitto.url, clientId: "server", clock: systemClock, log: silentLog });
  gateways = [];
  alerts = new Map();
  await server.subscribe(filterOf("alert"), ({ payload }) => {
    const parsed = parsePayload("alert", payload);
    if (parsed.ok) alerts.set(parsed.value.id, parsed.value);
  });
  for (const room of ROOMS) await publish(server, "alert", { site: "hq", room, id: `alert-${room}` }, alertOf(room));
});
afterEach(async () => {
  if (!hasMosquitto) return;
  for (const gateway of gateways) await gateway.end("SIGKILL");
  await server.close();
  await mosquitto.dispose();
});

const alertOf = (room: string): Alert => ({
  id: `alert-${room}`,
  at: at(-60_000),
  cause: `temperature:${room}`,
  title: "Too warm",
  sentence: "It is too warm.",
  demo: "acme",
  arrival: at(7_200_000),
  rooms: [`hq/${room}`],
  status: "open",
  priority: 3,
  raised_at: at(-60_000),
  act_by: at(3_600_000),
  p_ready: 0.4,
  steps: [],
  level: 0,
  notifications: [],
  history: [{ at: at(-60_000), event: "raised" }],
  held: {},
});

function spawnGateway(): RunningVerb {
  const gateway = startVerb(["gateway", "--broker", mosquitto.url, "--shard", "1/1"], { LOG_LEVEL: "info" });
  gateways.push(gateway);
  return gateway;
}

async function startGateway(): Promise<RunningVerb> {
  const gateway = spawnGateway();
  await gateway.prints(/Stop with Ctrl-C/);
  return gateway;
}

const decide = (room: string, i: number): Promise<void> =>
  publish(
    server,
    "reply",
    { site: "hq", room, id: `alert-${room}` },
    { at: at(i), reply: "acknowledge", by: `person-${i}` },
  );

/** Everybody decides something about every alert, one after the other, while readings pour in. */
async function decideMany(from: number): Promise<void> {
  for (let i = from; i < from + PER_ROOM; i += 1) {
    for (const room of ROOMS) {
      await decide(room, i);
      for (let n = 0; n < 4; n += 1)
        await publish(
          server,
          "reading",
          { site: "hq", room, device: "air" },
          { at: at(i), metrics: { temperature_c: 24 } },
        );
    }
  }
}

/** Who took an alert, in the order in which it was heard. */
const takenBy = (room: string): (string | undefined)[] =>
  (alerts.get(`alert-${room}`)?.history ?? []).filter(({ event }) => event === "acknowledged").map(({ by }) => by);

async function everybodyIsHeardOnce(from: number): Promise<void> {
  const everybody = Array.from({ length: PER_ROOM }, (_, i) => `person-${from + i}`);
  await until("every decision is in its alert", () => ROOMS.every((room) => takenBy(room).includes(everybody.at(-1))));
  for (const room of ROOMS) expect(takenBy(room).slice(-PER_ROOM)).toEqual(everybody);
}

test.skipIf(!hasMosquitto).each(["SIGTERM", "SIGKILL"] as const)(
  "540 decisions while the gateway is away (%s) arrive once and in order, whatever else pours in",
  async (signal) => {
    const gateway = await startGateway();
    await decide("atrium", -1);
    await until("the first is heard", () => takenBy("atrium").includes("person--1"));
    await gateway.end(signal);
    await decideMany(0);
    await startGateway();
    await everybodyIsHeardOnce(0);
  },
);

test.skipIf(!hasMosquitto)(
  "whoever takes a share over takes its queue over; the broker closes the older one",
  async () => {
    const first = await startGateway();
    await startGateway();
    await until("the first lost its link", () => /no link to the broker/.test(first.stdout + first.stderr));
    await first.end("SIGKILL");
    await decideMany(0);
    await everybodyIsHeardOnce(0);
  },
);

test.skipIf(!hasMosquitto)("a gateway that is started before its broker waits for it", async () => {
  await mosquitto.stop();
  const gateway = spawnGateway();
  await until("it misses the broker", () => /no link to the broker/.test(gateway.stdout + gateway.stderr));
  await mosquitto.start();
  await gateway.prints(/Stop with Ctrl-C/);
  expect((await gateway.end("SIGTERM")).code).toBe(0);
});

test.skipIf(!hasMosquitto)("two that fight for one share are told so, by its name", async () => {
  const first = await startGateway();
  const second = spawnGateway();
  const said = (): string => [first, second].map(({ stdout, stderr }) => stdout + stderr).join("");
  await until("the cause is named", () => /is greenroom-gateway-1-of-1[\w-]* used twice\?/.test(said()), 60_000);
});
