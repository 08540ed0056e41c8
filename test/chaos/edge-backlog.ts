import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { mkdirSync } from "node:fs";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { hours, instant, minutes } from "#contract/units.ts";
import { openFolder } from "#edge/outbox/disk.ts";
import { Outbox } from "#edge/outbox/outbox.ts";
import { harbourCard, ROOM, ROOM_KEY, SITE, StoryAgent, visitIn, WELL } from "../stories/story-room.ts";
import { until } from "../stories/until.ts";
import { WholeProgram } from "../stories/whole-program.ts";
import { BacklogAgent } from "./backlog-agent.ts";

const RACK = "rack-3";
const DEVICES = 20;
const EVERY_S = 10;

export interface BacklogReport {
  kept: number;
  sent: number;
  acknowledged: number;
  stored: number;
  duplicates: number;
  lost: number;
  seconds: number;
  /** The longest that a live reading waited for its acknowledgement meanwhile. */
  slowestLiveMs: number;
  live: number;
  alerts: number;
}

/**
 * The broker was down for so many hours: what waits goes through the whole program into its history, beside live readings,
 * and a visit is watched meanwhile. Old readings tell of a broken lamp: nobody may be called for what is long over.
 */
export async function drainBacklog(spanHours: number, agentProgram: string): Promise<BacklogReport> {
  const program = await WholeProgram.start();
  const agent = new BacklogAgent(join(program.folder, "rack"), agentProgram);
  let story: StoryAgent | undefined;
  try {
    const facilities = await program.as("facilities");
    await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, harbourCard);
    const visit = await facilities.ask<{ id: string }>("POST", "/demos", visitIn(minutes(90)));
    const key = await program.agentKey(RACK, ROOM_KEY);
    story = await StoryAgent.signIn(program.mqtt, { key: await program.agentKey("pi-3", ROOM_KEY) });
    await story.tellPast(WELL, minutes(3), minutes(0));
    await until("the visit is ready", async () => (await facilities.demo(visit.id)).status === "ready");
    const { kept, from, to } = await fillOutbox(agent.folder, spanHours);
    const before = (await facilities.alerts()).length;

    const startedAt = performance.now();
    await agent.start({ url: program.mqtt, key, site: SITE, room: ROOM, agent: RACK });
    await until("the backlog is confirmed", () => agent.stats !== undefined && agent.stats.waiting < 50, 300_000);
    const seconds = (performance.now() - startedAt) / 1_000;
    const { slowestLiveMs, acknowledged, sent, readings: live } = agent.figures;
    await agent.stop();
    const stored = await until(
      "history has it",
      () => {
        const found = inHistory(program.dataDir, { from, to });
        return found.rows >= kept ? found : undefined;
      },
      60_000,
    ).catch(() => inHistory(program.dataDir, { from, to }));
    const alerts = (await facilities.alerts()).length - before;
    const duplicates = stored.rows - stored.distinct;
    const lost = kept - stored.distinct;
    return { kept, sent, acknowledged, stored: stored.rows, duplicates, lost, seconds, slowestLiveMs, live, alerts };
  } finally {
    await agent.dispose();
    await story?.stop();
    await program.dispose();
  }
}

/** As an agent would have left it on its disk. */
async function fillOutbox(folder: string, spanHours: number): Promise<{ kept: number; from: number; to: number }> {
  mkdirSync(folder, { recursive: true });
  const disk = await openFolder(join(folder, "data", `outbox-${SITE}-${RACK}`));
  const outbox = await Outbox.open({
    disk,
    agent: RACK,
    clock: systemClock,
    log: silentLog,
    limits: { maxBytes: 1024 * 1024 * 1024, maxAge: hours(72), maxMemoryBytes: 1024 * 1024 * 1024 },
  });
  const to = systemClock.now() - minutes(1);
  const from = to - hours(spanHours);
  let kept = 0;
  for (let at = from; at < to; at += EVERY_S * 1_000) {
    for (let i = 0; i < DEVICES; i++) {
      const isLamp = i === 0;
      const isLongOver = at < to - hours(spanHours / 2);
      const lamp = { lamp_health: isLongOver ? "error" : "ok" };
      outbox.put({
        room: ROOM,
        device: isLamp ? "projector" : `gear-${i}`,
        at: instant(at + i * 100),
        metrics: { reachable: true, latency_ms: 2.5, ...(isLamp ? lamp : {}) },
      });
      kept += 1;
    }
    if (kept % 20_000 === 0) await outbox.flush();
  }
  await outbox.close();
  return { kept, from, to };
}

/** Read by another reader than the product's own. */
function inHistory(dataDir: string, { from, to }: { from: number; to: number }): { rows: number; distinct: number } {
  const database = new DatabaseSync(join(dataDir, "history.db"), { readOnly: true });
  try {
    const found = database
      .prepare(
        `SELECT count(*) AS n, count(DISTINCT device || ' ' || ts) AS d FROM telemetry JOIN series ON series.id = telemetry.series_id
         WHERE metric = 'reachable' AND ts >= ? AND ts < ?`,
      )
      .get(from, to + DEVICES * 100) as { n: number; d: number };
    return { rows: found.n, distinct: found.d };
  } finally {
    database.close();
  }
}
