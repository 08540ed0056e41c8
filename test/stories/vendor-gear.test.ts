import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UnclaimedAnswer } from "#contract/api/claims.ts";
import { silentLog } from "#contract/log.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import type { Bus } from "#contract/bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { minutes } from "#contract/units.ts";
import { lastLine } from "./verb.ts";
import { recorded } from "./recorded.ts";
import type { RestClient } from "./rest-client.ts";
import { AGENT, harbourCard, ROOM_KEY, SITE, StoryAgent, WELL } from "./story-room.ts";
import { until } from "./until.ts";
import { WholeProgram } from "./whole-program.ts";

/** Vendors' gear on the broker of `greenroom start`, with keys of its own, as an installer connects it. */
let program: WholeProgram;
let facilities: RestClient;
let z2m: Bus;
let shelly: Bus;

async function gear(name: string): Promise<Bus> {
  const key = lastLine(await program.verb("agent", "add", name, "--gear"));
  return startMqttBus({
    url: program.mqtt,
    clientId: `${name}-at-home`,
    username: name,
    password: key,
    clock: systemClock,
    log: silentLog,
  });
}
const says = (bus: Bus, topic: string, payload: unknown, retain = false): Promise<void> =>
  bus.publish(topic, typeof payload === "string" ? payload : JSON.stringify(payload), { qos: 1, retain });
const waiting = async (device: string): Promise<UnclaimedAnswer["devices"][number] | undefined> =>
  (await facilities.ask<UnclaimedAnswer>("GET", "/unclaimed")).devices.find((one) => one.device === device);
const temperature = async (): Promise<string | undefined> =>
  (await facilities.room(ROOM_KEY)).verdict?.checks.find(({ check }) => check === "temperature")?.outcome;

beforeAll(async () => {
  program = await WholeProgram.start({
    config: {
      site: SITE,
      translate: [
        { vendor: "zigbee2mqtt", devices: { "Harbour door": { room: "harbour", device: "entrance", use: "gear" } } },
        { vendor: "shelly-1" },
      ],
    },
  });
  facilities = await program.as("facilities");
  const { devices, ...card } = harbourCard;
  await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, { ...card, devices: devices.slice(1) });
  const agent = await StoryAgent.signIn(program.mqtt, { key: await program.agentKey(AGENT, ROOM_KEY) });
  for (const device of ["projector", "codec"] as const)
    await agent.tellPast({ [device]: WELL[device] ?? {} }, minutes(5), minutes(0));
  await agent.stop();
  z2m = await gear("zigbee2mqtt");
  shelly = await gear("shelly-1");
}, 90_000);
afterAll(async () => {
  await z2m?.close();
  await shelly?.close();
  await program?.dispose();
});

describe("a new sensor", () => {
  it("waits as soon as it speaks, and the room that gets it is judged by it at once", async () => {
    await says(z2m, "zigbee2mqtt/Harbour air", { temperature: 30.5, humidity: 41, co2: 700, linkquality: 90 });
    const found = await until("it waits", () => waiting("Harbour air"));
    expect(found).toMatchObject({ via: "zigbee2mqtt", suggested: { room: ROOM_KEY, room_air: true } });
    expect(await temperature()).not.toBe("not_ready");
    const claim = { via: "zigbee2mqtt", device: "Harbour air", room: ROOM_KEY, name: "Air", room_air: true };
    await facilities.ask("POST", "/unclaimed/claim", claim);
    await until("the room is too warm", async () => (await temperature()) === "not_ready");
    expect(await waiting("Harbour air")).toBeUndefined();
  });

  it("is stored when its message is acknowledged, also after a kill, and stays where it was given to", async () => {
    await says(z2m, "zigbee2mqtt/Harbour air", { temperature: 22.5 });
    await program.kill9();
    await program.start();
    await until("the gear is linked again", () => (z2m.connected && shelly.connected ? true : undefined), 30_000);
    await says(z2m, "zigbee2mqtt/Harbour air", { temperature: 22.25 });
    await until("both are in history", () =>
      recorded(program.dataDir, { device: "harbour-air", metric: "temperature_c" }).length >= 3 ? true : undefined,
    );
    await until("the room knows the newest", async () =>
      (await facilities.room(ROOM_KEY)).evidence.find(
        ({ device, value }) => device === "harbour-air" && value === 22.25,
      ),
    );
  });
});

describe("gear of the configuration", () => {
  it("is in its room from its first word, and its last will counts", async () => {
    await says(z2m, "zigbee2mqtt/Harbour door", { contact: true, battery: 80 });
    await until("the door is in history", () =>
      recorded(program.dataDir, { device: "entrance", metric: "door_open" }).length > 0 ? true : undefined,
    );
    await says(shelly, "shellies/shellyplug-9/relay/0", "on");
    await until("the plug waits", () => waiting("shellyplug-9"));
  });

  it("hears what others ask of it, and reaches nothing that is not its own", async () => {
    const heard: string[] = [];
    await z2m.subscribe("zigbee2mqtt/#", ({ topic }) => heard.push(topic));
    await says(z2m, "zigbee2mqtt/Harbour door/set", { state: "" });
    await until("it is heard", () => (heard.includes("zigbee2mqtt/Harbour door/set") ? true : undefined));
    await says(z2m, "shellies/shellyplug-9/relay/0/command", "off");
    await says(z2m, `greenroom/v1/${SITE}/harbour/door/reading`, { metrics: { door_open: false } });
    await expect(z2m.subscribe("shellies/#", () => {})).rejects.toMatchObject({ code: "NOT_ALLOWED" });
    const refused = await until("both are refused", async () => {
      const all = (await facilities.rejected()).filter(({ sender }) => sender === "zigbee2mqtt");
      return all.length >= 3 ? all : undefined;
    });
    expect(refused.map(({ code }) => code)).toEqual(expect.arrayContaining(["NOT_ALLOWED", "WRONG_TOPIC"]));
  });

  it("that cannot be read is kept aside with where and why", async () => {
    await says(z2m, "zigbee2mqtt/Harbour air", "{broken");
    const refused = await until("it is shown", async () =>
      (await facilities.rejected()).find(({ topic }) => topic === "zigbee2mqtt/Harbour air"),
    );
    expect(refused).toMatchObject({ code: "BAD_JSON", where: "payload", sender: "zigbee2mqtt", payload: "{broken" });
  });
});
