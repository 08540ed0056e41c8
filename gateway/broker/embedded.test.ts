import { describe, expect, test } from "vitest";
import { eventually } from "#contract/bus.suite.ts";
import { GreenroomError } from "#contract/errors.ts";
import type { Intake } from "./intake.ts";
import { publishPacket } from "./test-client.ts";
import { useBroker } from "./use-broker.ts";

const READING = "greenroom/v1/hq/atrium/codec/reading";
const STATE = "greenroom/v1/hq/atrium/codec/state";
const LIFE = "greenroom/v1/hq/agents/agent-1/state";
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

const { start, raw, join } = useBroker();

describe("acknowledged means stored", () => {
  test("the PUBACK of a reading waits for the intake, and so do subscribers; the payload is not copied on its way", async () => {
    const gate = Promise.withResolvers<void>();
    const accepted: Uint8Array[] = [];
    const accept: Intake["accept"] = ({ payload }) => {
      accepted.push(payload);
      return gate.promise;
    };
    const { broker } = await start({ intake: { accept, refused: () => {} } });
    const heard: Uint8Array[] = [];
    await broker.bus().subscribe("greenroom/v1/+/+/+/reading", ({ payload }) => heard.push(payload));
    const client = await join();
    const sent = client.publish({ topic: READING, payload: "{}" });
    await eventually(() => accepted.length === 1, "the intake to be asked");
    await new Promise((resolve) => setImmediate(resolve));
    expect([client.acknowledged, heard]).toEqual([[], []]);
    gate.resolve();
    expect(await sent).toBe(true);
    expect(heard[0]).toBe(accepted[0]);
  });

  test("a full store: no PUBACK, the connection ends, and what is sent again is taken once there is room", async () => {
    let isFull = true;
    const heard: string[] = [];
    const accept: Intake["accept"] = () =>
      isFull ? Promise.reject(new GreenroomError("STORE_FULL", "no space left")) : Promise.resolve();
    const { broker } = await start({ intake: { accept, refused: () => {} } });
    await broker.bus().subscribe(READING, ({ payload }) => heard.push(text(payload)));
    const first = await join();
    expect(await first.publish({ topic: READING, payload: "1" })).toBe(false);
    await first.closed;
    isFull = false;
    const again = await join();
    expect(await again.publish({ topic: READING, payload: "1" })).toBe(true);
    expect(heard).toEqual(["1"]);
  });

  test("what is stored reaches subscribers even when its sender has gone meanwhile", async () => {
    const gate = Promise.withResolvers<void>();
    const { broker } = await start({ intake: { accept: () => gate.promise, refused: () => {} } });
    const heard: string[] = [];
    await broker.bus().subscribe(READING, ({ payload }) => heard.push(text(payload)));
    const client = await join();
    client.socket.write(publishPacket({ topic: READING, payload: "last words" }));
    await eventually(() => broker.stats().messages_in === 1, "the message");
    client.socket.destroy();
    await eventually(() => broker.stats().connections === 0, "the sender to go");
    gate.resolve();
    await eventually(() => heard.length === 1, "the message");
  });

  test("acknowledgements come in the order of the messages, whatever each of them waits for", async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    const accept: Intake["accept"] = () => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      return gate.promise;
    };
    await start({ intake: { accept, refused: () => {} } });
    const client = await join();
    const topics = [READING, STATE, READING, "not/of/the/wire", READING];
    client.socket.write(
      Buffer.concat(
        topics.map((topic, i) => publishPacket({ topic, payload: "{}", id: i + 1, retain: topic === STATE })),
      ),
    );
    await eventually(() => gates.length === 3, "three readings");
    for (const gate of gates.toReversed()) gate.resolve();
    await eventually(
      () => client.acknowledged.length === 5,
      () => String(client.acknowledged),
    );
    expect(client.acknowledged).toEqual([1, 2, 3, 4, 5]);
  });

  test("an intake that throws instead of rejecting costs that connection only", async () => {
    const accept: Intake["accept"] = ({ payload }) => {
      if (text(payload) === "bad") throw new Error("a defect");
      return undefined;
    };
    await start({
      intake: {
        accept,
        refused: () => {
          throw new Error("another");
        },
      },
    });
    const [one, two] = [await join({ agent: "agent-1" }), await join({ agent: "agent-2" })];
    expect(await one.publish({ topic: READING, payload: "bad" })).toBe(false);
    expect(await two.publish({ topic: "wrong/topic", payload: "x" })).toBe(true);
    expect(await two.publish({ topic: READING, payload: "good" })).toBe(true);
  });

  test("retained states are there after a restart, removed ones are not, and readings are never kept", async () => {
    const { restart, broker } = await start();
    const client = await join();
    await client.publish({ topic: STATE, payload: "on", retain: true });
    await client.publish({ topic: "greenroom/v1/hq/atrium/screen/state", payload: "on", retain: true });
    await client.publish({ topic: "greenroom/v1/hq/atrium/screen/state", retain: true });
    await client.publish({ topic: READING, payload: "{}", retain: true });
    await broker.bus().publish("greenroom/v1/hq/atrium/card", "a card", { retain: true });
    const after = await restart();
    const kept: string[] = [];
    await after
      .bus()
      .subscribe("greenroom/#", ({ topic, payload, retained }) => kept.push(`${topic} ${text(payload)} ${retained}`));
    expect(kept.toSorted()).toEqual(["greenroom/v1/hq/atrium/card a card true", `${STATE} on true`]);
    expect(after.stats().retained_topics).toBe(2);
  });
});

describe("what is not allowed", () => {
  test("a wrong topic is acknowledged and kept aside with its reason; the device's other messages go on", async () => {
    const { refused, broker } = await start();
    const heard: string[] = [];
    await broker.bus().subscribe("#", ({ topic }) => heard.push(topic));
    const client = await join();
    for (const topic of [
      "tele/sensor",
      "greenroom/v1/hq/boardroom/codec/reading",
      "greenroom/v1/hq/atrium/readiness",
      "$SYS/x",
    ])
      expect(await client.publish({ topic, payload: "payload", retain: true })).toBe(true);
    expect(await client.publish({ topic: READING, payload: "{}" })).toBe(true);
    expect(heard).toEqual([READING]);
    expect(refused.map(({ code, agent, payload, topic }) => [topic, code, agent, text(payload)])).toEqual([
      ["tele/sensor", "WRONG_TOPIC", "agent-1", "payload"],
      ["greenroom/v1/hq/boardroom/codec/reading", "NOT_ALLOWED", "agent-1", "payload"],
      ["greenroom/v1/hq/atrium/readiness", "NOT_ALLOWED", "agent-1", "payload"],
      ["$SYS/x", "WRONG_TOPIC", "agent-1", "payload"],
    ]);
    expect(broker.stats()).toMatchObject({
      refused: 4,
      refused_wrong_topic: 2,
      refused_not_allowed: 2,
      retained_topics: 0,
    });
  });

  test("others' topics and shared subscriptions are refused, and nothing of them comes", async () => {
    const { refused, broker } = await start();
    const client = await join();
    for (const filter of [
      "#",
      "greenroom/v1/hq/boardroom/+/command",
      "greenroom/v1/hq/agents/agent-2/committed",
      "$SYS/#",
    ])
      expect(await client.subscribe(filter)).toBe(128);
    expect(await client.subscribe("$share/group/greenroom/v1/hq/atrium/codec/command")).toBe(128);
    expect(await client.subscribe("greenroom/v1/hq/+/+/command")).toBe(1);
    expect(await client.subscribe("greenroom/v1/hq/atrium/codec/command")).toBe(1);
    const bus = broker.bus();
    await bus.publish("greenroom/v1/hq/boardroom/codec/command", "not yours", { qos: 1 });
    await bus.publish("greenroom/v1/hq/agents/agent-2/committed", "not yours", { qos: 1, retain: true });
    await bus.publish("greenroom/v1/hq/atrium/codec/command", "yours", { qos: 1 });
    await eventually(() => client.messages.length > 0, "the command");
    expect(client.messages).toEqual([
      { topic: "greenroom/v1/hq/atrium/codec/command", payload: "yours", retained: false },
    ]);
    expect(refused.every(({ code }) => code === "NOT_ALLOWED")).toBe(true);
    expect(refused.at(-1)?.why).toContain("shared");
  });

  test("what the recorder has committed is told to its agent, also to one that comes later", async () => {
    const { broker } = await start();
    await broker.bus().publish("greenroom/v1/hq/agents/agent-1/committed", "up to 7", { qos: 1, retain: true });
    const client = await join();
    expect(await client.subscribe("greenroom/v1/hq/agents/agent-1/committed")).toBe(1);
    await eventually(() => client.messages.length === 1, "the kept one");
    expect(client.messages[0]).toMatchObject({ payload: "up to 7", retained: true });
  });

  test("a wrong key is refused and shown; after ten of them the keys are not even looked at", async () => {
    let verified = 0;
    const authenticate = (): Promise<undefined> => {
      verified += 1;
      return Promise.resolve(undefined);
    };
    const { refused } = await start({ authenticate });
    const answers: (number | undefined)[] = [];
    for (let i = 0; i < 15; i++) answers.push(await raw().signIn({ key: `guess ${i}` }));
    expect(answers.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 4));
    expect(answers.at(-1)).toBe(3);
    expect(verified).toBeLessThan(13);
    expect(refused[0]).toMatchObject({ topic: "$connect", agent: "agent-1", code: "NOT_ALLOWED" });
    expect(refused.at(-1)?.code).toBe("TOO_FAST");
    expect(JSON.stringify(refused)).not.toContain("guess");
  });

  test("keys that cannot be verified now: asked to come again, not refused for good", async () => {
    await start({ authenticate: () => Promise.reject(new Error("the store is away")) });
    expect(await raw().signIn()).toBe(3);
  });

  test("a client of MQTT 5 is told that it must speak 3.1.1", async () => {
    await start();
    expect(await raw().signIn({ level: 5 })).toBe(1);
  });

  test("a last will is bound by the same rules", async () => {
    const { refused, broker } = await start();
    const heard: string[] = [];
    await broker.bus().subscribe("greenroom/#", ({ topic }) => heard.push(topic));
    const other = await join({ will: { topic: "greenroom/v1/hq/agents/agent-2/state", payload: "dead" } });
    other.socket.destroy();
    await eventually(() => refused.length === 1, "the refusal");
    const own = await join({ will: { topic: LIFE, payload: "dead" } });
    own.socket.destroy();
    await eventually(() => heard.length === 1, "the will");
    expect(heard).toEqual([LIFE]);
    expect(broker.stats().retained_topics).toBe(1);
  });

  test("a revoked agent is disconnected, the others stay", async () => {
    const { broker } = await start();
    const [one, two] = [await join({ agent: "agent-1" }), await join({ agent: "agent-2" })];
    broker.disconnect("agent-1");
    await one.closed;
    expect(await two.publish({ topic: READING, payload: "{}" })).toBe(true);
  });
});
