import type { Client, ConnectPacket } from "aedes";
import { expect, test } from "vitest";
import { silentLog } from "#contract/log.ts";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type Refusal, Refusals } from "./refusals.ts";
import { SignIn } from "./sign-in.ts";
import { KEY } from "./test-broker.ts";

const will = { topic: "greenroom/v1/hq/agents/agent-1/state", payload: Buffer.from("dead"), qos: 1, retain: true };

function setUp() {
  const clock = new VirtualClock(instant(0));
  const refused: Refusal[] = [];
  const live = new Set<string>();
  const signIn = new SignIn({
    authenticate: ({ key }) => Promise.resolve(key === KEY ? { rooms: ["hq/atrium"] } : undefined),
    clock,
    log: silentLog,
    refusals: new Refusals((refusal) => refused.push(refusal), clock, silentLog),
    certificateOf: () => undefined,
    isLive: (identity) => live.has(identity),
  });
  const come = async (clientId: string, key = KEY): Promise<{ identity: string; returnCode: number }> => {
    const packet = { cmd: "connect", clientId, username: "agent-1", clean: false, will } as unknown as ConnectPacket;
    const client = {} as { id: string };
    signIn.name(client as Client, packet);
    client.id = packet.clientId;
    expect(packet.clean).toBe(true);
    const from = { username: "agent-1", password: Buffer.from(key), address: "10.0.0.7" };
    const returnCode = await signIn.signIn(client as Client, from).then(
      () => 0,
      (error: { returnCode: number }) => error.returnCode,
    );
    return { identity: packet.clientId, returnCode };
  };
  return { clock, refused, live, come };
}

test("a rival that comes for hours does not get the link of one that lives, and gets it at once when that is gone", async () => {
  const { clock, live, come, refused } = setUp();
  live.add((await come("here")).identity);
  const early = [];
  for (let i = 0; i < 6; i++) early.push((await come(`rival-${i}`)).returnCode);
  expect(early).toEqual([0, 0, 0, 0, 2, 2]);
  for (let i = 0; i < 200; i++) {
    clock.advance(seconds(50));
    expect((await come("rival")).returnCode).toBe(2);
  }
  expect(refused.every(({ code, agent }) => code === "CONFLICT" && agent === "agent-1")).toBe(true);
  live.clear();
  expect((await come("rival")).returnCode).toBe(0);
});

test("an agent that loses its link now and then takes its old one over each time", async () => {
  const { clock, live, come, refused } = setUp();
  live.add((await come("here")).identity);
  for (let i = 0; i < 100; i++) {
    clock.advance(seconds(20));
    expect((await come(`run-${i}`)).returnCode).toBe(0);
  }
  expect(refused).toEqual([]);
});

test("wrong keys are looked at again after a while, and a right one is not held against them", async () => {
  const { clock, come } = setUp();
  for (let i = 0; i < 10; i++) expect((await come("x", "wrong")).returnCode).toBe(4);
  expect((await come("x", "wrong")).returnCode).toBe(4);
  expect((await come("x")).returnCode).toBe(3);
  clock.advance(seconds(5));
  expect((await come("x")).returnCode).toBe(0);
});
