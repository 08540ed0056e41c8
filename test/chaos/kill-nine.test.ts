import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AlertView, RoomDetail } from "#contract/api/views.ts";
import { roomKey } from "#contract/ids.ts";
import type { Evidence } from "#contract/messages/readiness.ts";
import { systemClock } from "#contract/system-clock.ts";
import { minutes, parseInstant } from "#contract/units.ts";
import { NotifyConfig } from "#gateway/notify/config.ts";
import { recorded } from "#test/stories/recorded.ts";
import type { RestClient } from "#test/stories/rest-client.ts";
import { AGENT, harbourCard, ROOM_KEY, SITE, StoryAgent, visitIn, WELL } from "#test/stories/story-room.ts";
import { until } from "#test/stories/until.ts";
import { startWebhookReceiver, type WebhookReceiver } from "#test/stories/webhook-receiver.ts";
import { WholeProgram } from "#test/stories/whole-program.ts";
import { Burst } from "./burst.ts";
import { seeded } from "./seeded.ts";

/** Each costs a start of the whole program. */
const ROUNDS = Number(process.env["CHAOS_ROUNDS"] ?? (process.env["CI"] === "true" ? 20 : 5));
const SEED = process.env["CHAOS_SEED"] ?? String(systemClock.now());
/** The kill comes anywhere from the first readings of a burst to well into the draining of many … */
const LONGEST_BURST_MS = 1_200;
/** … and anywhere from before an alert is raised until after it was told. */
const LONGEST_AFTER_ALERT_MS = 300;
const LOAD = "load";

/** A lamp that is reported broken does not mend itself: there is nothing to wait for before somebody is called. */
const BROKEN = { ...WELL, projector: { ...WELL["projector"], lamp_health: "error" } };
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const roomOf = (round: number): string => `room-${round}`;

describe(`kill -9 of the whole program under load, ${ROUNDS} times (CHAOS_SEED=${SEED})`, () => {
  const random = seeded(SEED);
  let hook: WebhookReceiver;
  let program: WholeProgram;
  let facilities: RestClient;
  let agent: StoryAgent;
  let burst: Burst;
  let toldUntil: number;

  beforeAll(async () => {
    hook = await startWebhookReceiver();
    const notify = NotifyConfig.parse({
      channels: { desk: { kind: "webhook", url: hook.url, secret: { env: "HOOK_SECRET" } } },
      contacts: [{ id: "desk", name: "Service desk", channel: "desk" }],
      levels: [["desk"]],
    });
    program = await WholeProgram.start({ env: { HOOK_SECRET: hook.secret }, config: { notify } });
    facilities = await program.as("facilities");
    await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, harbourCard);
    const visit = await facilities.ask<{ id: string }>("POST", "/demos", visitIn(minutes(25)));
    const rooms = Array.from({ length: ROUNDS }, (_, i) => roomKey(SITE, roomOf(i + 1)));
    agent = await StoryAgent.signIn(program.mqtt, { key: await program.agentKey(AGENT, ROOM_KEY, ...rooms) });
    burst = new Burst(program.mqttPort, { agent: LOAD, key: await program.agentKey(LOAD, ROOM_KEY) });
    await agent.tellPast(WELL, minutes(3), minutes(0));
    toldUntil = systemClock.now();
    await until("the visit is ready", async () => (await facilities.demo(visit.id)).status === "ready");
  }, 90_000);
  afterAll(async () => {
    await burst?.stop();
    await agent?.stop();
    await program?.dispose();
    await hook?.stop();
  });

  /** A room that is new in this round, with a visit soon: its first readings will say that its lamp is. */
  const prepare = async (round: number): Promise<void> => {
    const key = roomKey(SITE, roomOf(round));
    await facilities.ask("PUT", `/rooms/${key}`, { ...harbourCard, name: `Room ${round}` });
    await facilities.ask("POST", "/demos", visitIn(minutes(25), { room: key }));
  };
  const breakRoom = async (round: number): Promise<void> => {
    agent.room = roomOf(round);
    for (const [device, metrics] of Object.entries(BROKEN)) await agent.tell(device, metrics);
  };
  const alertsByRoom = async (): Promise<Map<string, AlertView>> =>
    new Map((await facilities.alerts()).map((alert) => [alert.room_key, alert]));

  /** Returns how long it took until everything was there again. */
  const playRound = async (round: number): Promise<number> => {
    await prepare(round);
    const before = await facilities.room(ROOM_KEY);
    const alerts = await alertsByRoom();
    await burst.begin();
    await wait(random() * LONGEST_BURST_MS);
    const breaking = breakRoom(round).catch(() => {});
    await wait(random() * LONGEST_AFTER_ALERT_MS);
    await program.kill9();
    await Promise.all([burst.end(), breaking]);

    const startedAt = performance.now();
    const restartedAt = systemClock.now();
    await program.start();
    const after = await until(`round ${round}: the room is judged again`, async () => {
      const room = await facilities.room(ROOM_KEY);
      return room.currency === "live" && (parseInstant(room.at ?? "") ?? 0) >= restartedAt && room;
    });
    const took = performance.now() - startedAt;
    expect([after.outcome, after.sentence]).toEqual([before.outcome, before.sentence]);
    expect(ownFacts(after)).toEqual(ownFacts(before));
    // After a restart it may be known as older than it is, by a minute, and never as younger.
    for (const { at } of ownEvidence(after)) expect(parseInstant(at ?? "")).toBeLessThanOrEqual(toldUntil);
    const kept = await until("every alert is back", async () => {
      const found = await alertsByRoom();
      return [...alerts.keys()].every((key) => found.has(key)) && found;
    });
    for (const [key, { id, raised_at }] of alerts) expect(kept.get(key)).toMatchObject({ id, raised_at });
    await until("the link is back, and what was not acknowledged is told again", async () => {
      await breakRoom(round);
      return true;
    });
    await until("the alert of this round", async () => (await alertsByRoom()).has(roomKey(SITE, roomOf(round))));
    return took;
  };

  it(
    "keeps every acknowledged reading, brings the verdicts back without new ones, and tells nobody twice",
    { timeout: 60_000 + ROUNDS * 20_000 },
    async () => {
      let slowest = 0;
      for (let round = 1; round <= ROUNDS; round++) slowest = Math.max(slowest, await playRound(round));

      expect(burst.acknowledged.length).toBeGreaterThan(ROUNDS * 50);
      const inHistory = await until("what was acknowledged is in history", () => {
        const found = new Set(recorded(program.dataDir, { device: LOAD, metric: "co2_ppm" }));
        return burst.acknowledged.every((at) => found.has(at)) && found;
      });
      expect([...inHistory].filter((at) => !burst.sent.has(at))).toEqual([]);
      expect(await facilities.rejected()).toEqual([]);

      const alerts = await until("every message is sent or known to be in doubt", async () => {
        const found = await facilities.alerts();
        const messages = found.flatMap(({ notifications }) => notifications);
        return messages.every(({ state }) => state === "sent" || state === "unconfirmed") && found;
      });
      expect(alerts).toHaveLength(ROUNDS);
      const ids = hook.calls.map(({ id }) => id);
      expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
      expect(hook.calls.every(({ isGenuine }) => isGenuine)).toBe(true);
      const messages = alerts.flatMap(({ notifications }) => notifications);
      for (const { key, state } of messages) if (state === "sent") expect(ids).toContain(key);
      for (const { notifications } of alerts) expect(notifications.length).toBeGreaterThan(0);
      const inDoubt = messages.filter(({ state }) => state === "unconfirmed").length;
      process.stdout.write(
        `${ROUNDS} kills: ${burst.acknowledged.length} of ${burst.sent.size} readings acknowledged, all in history; ` +
          `back within ${Math.round(slowest)} ms; ${messages.length} messages of ${ROUNDS} alerts, ${inDoubt} in doubt, none twice\n`,
      );
    },
  );
});

const ownEvidence = (room: RoomDetail): Evidence[] => room.evidence.filter(({ device }) => device !== LOAD);

/** What is known of the room's own devices. */
const ownFacts = (room: RoomDetail): string[] =>
  ownEvidence(room)
    .map(({ device, metric, kind, value }) => `${device} ${metric} ${kind} ${String(value)}`)
    .toSorted();
