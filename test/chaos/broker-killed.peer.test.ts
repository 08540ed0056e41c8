import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "#contract/log.ts";
import { startMqttBus } from "#contract/mqtt-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { minutes } from "#contract/units.ts";
import { findMosquitto, type Mosquitto, startMosquitto } from "#test/peers/mosquitto.ts";
import { Apart } from "#test/stories/apart.ts";
import { EdgeAgent } from "#test/stories/edge-agent.ts";
import { recorded } from "#test/stories/recorded.ts";
import type { RestClient } from "#test/stories/rest-client.ts";
import { harbourCard, ROOM_KEY, visitIn } from "#test/stories/story-room.ts";
import { until } from "#test/stories/until.ts";
import { seeded } from "./seeded.ts";

const CUTS = 5;
const SEED = process.env["CHAOS_SEED"] ?? String(systemClock.now());
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Which of these instants (RFC 3339) are not in history. */
function missing(apart: Apart, kept: readonly string[]): string[] {
  const found = new Set(recorded(apart.dataDir, { metric: "reachable" }).map((at) => new Date(at).toISOString()));
  return kept.filter((at) => !found.has(at));
}

/** With Debian's persistence it forgets its queue and everything that it kept. */
describe.skipIf(findMosquitto() === undefined)(
  `Mosquitto killed in mid-burst (apt-get install mosquitto; CHAOS_SEED=${SEED})`,
  () => {
    const random = seeded(SEED);
    const edge = new EdgeAgent();
    let mosquitto: Mosquitto;
    let apart: Apart;
    let facilities: RestClient;

    beforeAll(async () => {
      mosquitto = await startMosquitto();
      apart = await Apart.start({ broker: { url: mosquitto.url } });
      facilities = await apart.facilities();
      await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, harbourCard);
      await facilities.ask("POST", "/demos", visitIn(minutes(90)));
    }, 90_000);
    afterAll(async () => {
      await edge.dispose();
      await apart?.dispose();
      await mosquitto?.dispose();
    });

    it("while an agent's outbox drains: every reading that was on its disk is in history, with its own time", async () => {
      await edge.start(mosquitto.url);
      await until("readings flow", () => edge.kept.size > 50);
      for (let cut = 0; cut < CUTS; cut++) {
        await mosquitto.kill9();
        const before = edge.kept.size;
        await until("the outbox fills", () => edge.kept.size > before + 60);
        await mosquitto.start();
        // Somewhere from before the link is back until well into the draining.
        await wait(random() * 2_500);
      }
      // The agent, too.
      await edge.end("SIGKILL");
      await edge.start(mosquitto.url);
      // The agent goes on until all of it has arrived: what still waits when it is stopped waits on its disk, rightly.
      const kept = [...edge.kept.values()].toSorted();
      await until("everything is in history", () => missing(apart, kept).length === 0, 60_000);
      await until("the outbox is empty", () => edge.waiting < 300, 30_000);
      await edge.end("SIGTERM");
      // What the killed agent had just put on its disk, it had no time to tell us of.
      const more = recorded(apart.dataDir, { metric: "reachable" }).length - edge.kept.size;
      expect(more).toBeLessThan(50);
      expect(kept.length).toBeGreaterThan(CUTS * 60);
      expect(await facilities.rejected()).toEqual([]);
    }, 170_000);

    it("and whoever comes to a broker that has forgotten everything finds card, visits and verdict again", async () => {
      const title = "Acme pitch";
      await mosquitto.kill9();
      await mosquitto.start();
      const panel = await startMqttBus({ url: mosquitto.url, clientId: "panel", clock: systemClock, log: silentLog });
      try {
        const kept = new Map<string, string>();
        await panel.subscribe(`greenroom/v1/${ROOM_KEY}/+`, ({ topic, payload }) =>
          kept.set(topic.split("/").at(-1) ?? "", new TextDecoder().decode(payload)),
        );
        for (const kind of ["card", "demos", "readiness", "memory"])
          await until(`the room's ${kind}`, () => kept.has(kind), 45_000);
        expect(kept.get("demos")).toContain(title);
        expect(JSON.parse(kept.get("readiness") ?? "{}")).toMatchObject({ demos: [{ status: "unknown" }] });
      } finally {
        await panel.close();
      }
    }, 120_000);
  },
);
