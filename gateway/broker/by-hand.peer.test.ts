import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { eventually } from "#contract/bus.suite.ts";
import { findMosquitto } from "#test/peers/mosquitto.ts";
import { KEY, startTestBroker, type TestBroker } from "./test-broker.ts";

/** Mosquitto's own command-line clients against the embedded broker: what a person at a terminal would do. */
const run = promisify(execFile);
const isHere = findMosquitto() !== undefined;
const TOPIC = "greenroom/v1/hq/atrium/codec/reading";

let running: TestBroker | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
const login = (test: TestBroker, key = KEY): string[] => [
  "-h",
  "127.0.0.1",
  "-p",
  String(test.broker.port),
  "-u",
  "agent-1",
  "-P",
  key,
];

test.skipIf(!isHere)("mosquitto_pub: every quality of service, and a retained state", async () => {
  running = await startTestBroker();
  const heard: string[] = [];
  await running.broker
    .bus()
    .subscribe("#", ({ topic, payload }) => heard.push(`${topic} ${new TextDecoder().decode(payload)}`));
  for (const qos of ["0", "1", "2"]) await run("mosquitto_pub", [...login(running), "-q", qos, "-t", TOPIC, "-m", qos]);
  await run("mosquitto_pub", [
    ...login(running),
    "-q",
    "1",
    "-r",
    "-t",
    "greenroom/v1/hq/atrium/codec/state",
    "-m",
    "on",
  ]);
  await eventually(
    () => heard.length === 4,
    () => String(heard),
  );
  expect(heard).toEqual([`${TOPIC} 0`, `${TOPIC} 1`, `${TOPIC} 2`, "greenroom/v1/hq/atrium/codec/state on"]);
  expect(running.accepted).toHaveLength(3);
  expect(running.broker.stats().retained_topics).toBe(1);
});

test.skipIf(!isHere)("a wrong key is told in words", async () => {
  running = await startTestBroker();
  const attempt = run("mosquitto_pub", [...login(running, "wrong"), "-t", TOPIC, "-m", "x", "-q", "1"]);
  await expect(attempt).rejects.toMatchObject({ stderr: expect.stringMatching(/bad user name or password/i) });
});

test.skipIf(!isHere)("mosquitto_sub: a command of one's own room comes, others' topics are denied", async () => {
  running = await startTestBroker();
  const own = spawn("mosquitto_sub", [
    ...login(running),
    "-q",
    "1",
    "-C",
    "1",
    "-t",
    "greenroom/v1/hq/atrium/+/command",
  ]);
  let out = "";
  own.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise((resolve) => own.once("exit", resolve));
  const bus = running.broker.bus();
  while (own.exitCode === null) {
    await bus.publish("greenroom/v1/hq/atrium/codec/command", "wake", { qos: 1 });
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  expect(out.trim()).toBe("wake");
  const others = await run("mosquitto_sub", [...login(running), "-W", "2", "-t", "greenroom/#"]);
  expect(others).toEqual({ stdout: "", stderr: expect.stringContaining("denied") });
  expect(running.refused.at(-1)).toMatchObject({ code: "NOT_ALLOWED", topic: "greenroom/#" });
});
