import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandInput, CommandView } from "#contract/api/commands.ts";
import { systemClock } from "#contract/system-clock.ts";
import { seconds } from "#contract/units.ts";
import { type PjlinkDevice, startPjlinkDevice } from "#simulators/devices/pjlink.ts";
import type { RestClient } from "./rest-client.ts";
import { AGENT, harbourCard, ROOM, ROOM_KEY, SITE } from "./story-room.ts";
import { until } from "./until.ts";
import { type RunningVerb, startVerb } from "./verb.ts";
import { WholeProgram } from "./whole-program.ts";

/** Facilities, the whole program, an agent in a process of its own, and a projector that speaks PJLink. */
let program: WholeProgram;
let agent: RunningVerb | undefined;
let projector: PjlinkDevice;
let facilities: RestClient;
let key: string;

const startAgent = async (): Promise<void> => {
  const config = join(program.folder, "agent.yaml");
  const device = { room: ROOM, device: "projector", driver: "pjlink", interval_s: 10 };
  const options = { host: "127.0.0.1", port: projector.port };
  const devices = [{ ...device, options }];
  const broker = { url: program.mqtt };
  writeFileSync(
    config,
    JSON.stringify({ site: SITE, agent: AGENT, key_env: "KEY", data_dir: "agent", broker, devices }),
  );
  agent = startVerb(["edge", "--config", config], { KEY: key, LOG_LEVEL: "info" });
  const running = agent;
  await until("the agent is linked", () => {
    if (running.ended !== undefined) throw new Error(running.stderr);
    return (running.stderr + running.stdout).includes("linked to the broker");
  });
};
const killAgent = async (): Promise<void> => {
  await agent?.end("SIGKILL");
};

beforeAll(async () => {
  projector = await startPjlinkDevice({
    host: "127.0.0.1",
    clock: systemClock,
    seed: 4,
    model: { warmUp: seconds(2), coolDown: seconds(1) },
  });
  program = await WholeProgram.start();
  facilities = await program.as("facilities");
  key = await program.agentKey(AGENT, ROOM_KEY);
  const devices = harbourCard.devices.map((device) => ({ ...device, control: device.device === "projector" }));
  await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, { ...harbourCard, devices });
  await startAgent();
}, 60_000);
afterAll(async () => {
  await killAgent();
  await projector?.stop();
  await program?.dispose();
});

const give = (input: CommandInput): Promise<CommandView> =>
  facilities.ask("POST", `/rooms/${ROOM_KEY}/devices/projector/command`, input);
const ended = (id: string): Promise<CommandView> =>
  until("the command has ended", async () => {
    const view = await facilities.ask<CommandView>("GET", `/rooms/${ROOM_KEY}/commands/${id}`);
    return view.state !== "asked" && view;
  });
const orders = (): string[] => projector.asked.filter((line) => !line.endsWith("?"));
const noted = async (id: string): Promise<string[]> => {
  const admin = await program.as("admin");
  const log = await admin.ask<{ action: string; detail: { id?: string } }[]>("GET", "/audit");
  return log
    .filter(({ detail }) => detail.id === id)
    .map(({ action }) => action)
    .toReversed();
};

test("killed between act and answer, both of them: it is answered within its deadline, and was done once", async () => {
  const { id, deadline } = await give({ command: "power_on", id: "evening-1" });
  await until("the projector has heard it", () => orders().includes("POWR 1"));
  await Promise.all([killAgent(), program.kill9()]);
  await program.start();
  await startAgent();
  const after = await ended(id);
  expect([after.state, after.deadline]).toEqual(["done", deadline]);
  expect([orders(), projector.state.power]).toEqual([["POWR 1"], "on"]);
  expect(await noted(id)).toEqual(["device.power_on", "device.done"]);
}, 60_000);

test("given while its agent is away it waits, is done when the agent is back, and only once however often it is sent", async () => {
  await killAgent();
  const { id } = await give({ command: "select_input", input: "32", id: "evening-2" });
  await program.kill9();
  await program.start();
  expect((await give({ command: "select_input", input: "32", id: "evening-2" })).id).toBe(id);
  await startAgent();
  expect((await ended(id)).state).toBe("done");
  expect((await give({ command: "select_input", input: "32", id: "evening-2" })).state).toBe("done");
  expect(orders()).toEqual(["POWR 1", "INPT 32"]);
  expect(await noted(id)).toEqual(["device.select_input", "device.done"]);
}, 60_000);

test("the answer is lost with the program that waited for it: the agent tells the next one, and does nothing again", async () => {
  const { id } = await give({ command: "power_off", id: "evening-3" });
  await until("the projector has heard it", () => orders().includes("POWR 0"));
  await program.kill9();
  await program.start();
  expect((await ended(id)).state).toBe("done");
  expect(orders().filter((order) => order === "POWR 0")).toHaveLength(1);
}, 60_000);
