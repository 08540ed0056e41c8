import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { silentLog } from "#contract/log.ts";
import { MemoryBus } from "#contract/memory-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import type { HttpPeer } from "#test/peers/http-peer.ts";
import { findInfluxDb, startInfluxDb } from "#test/peers/influxdb.ts";
import { findVictoriaMetrics, startVictoriaMetrics } from "#test/peers/victoria-metrics.ts";
import { EngineConfig } from "../history/engine-config.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

const BASE = systemClock.now() - 3_600_000;
const BURST = 200;
const METRICS = 2;

function offer(recorder: Recorder, seq: number): Promise<void> {
  const at = rfc3339(instant(BASE + seq * 10));
  const reading = { at, agent: "edge-1", boot: "b1", seq, metrics: { temperature_c: seq / 100, co2_ppm: 400 + seq } };
  const topic = `greenroom/v1/hq/room-${seq % 5}/sensor-1/reading`;
  return Promise.resolve(recorder.accept({ topic, payload: Buffer.from(JSON.stringify(reading)) }));
}

/** Readings flow all the time, while the engine is killed in mid-write three times and stays away for a while. */
async function killInMidWrite(peer: HttpPeer, engine: EngineConfig, visible: () => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "greenroom-engine-"));
  const start = (): Promise<Recorder> =>
    startRecorder({ bus: new MemoryBus(), clock: systemClock, log: silentLog, dataDir, engine, attach: "intake" });
  let recorder = await start();
  try {
    let seq = 0;
    const flow = async (bursts: number): Promise<void> => {
      for (let burst = 0; burst < bursts; burst++)
        await Promise.all(Array.from({ length: BURST }, () => offer(recorder, ++seq)));
    };
    const moves = async (): Promise<void> => {
      const before = recorder.stats().history_rows;
      await vi.waitFor(() => expect(recorder.stats().history_rows).toBeGreaterThan(before), { timeout: 30_000 });
    };
    for (let kill = 0; kill < 3; kill++) {
      await flow(5);
      await moves();
      await Promise.all([flow(5), peer.kill9()]);
      await flow(2);
      await vi.waitFor(() => expect(recorder.stats()).toMatchObject({ history_away: 1 }), { timeout: 30_000 });
      if (kill === 1) {
        // The recorder too: what is spooled outlives it.
        await recorder.stop();
        recorder = await start();
      }
      await peer.start();
    }
    await flow(1);
    await vi.waitFor(
      async () => {
        await visible();
        const question = { site: "hq", from: instant(BASE), to: instant(systemClock.now()), limit: 1_000_000 };
        const rows = await recorder.history.rows(question);
        expect(new Set(rows.map(({ series, at }) => `${series.room} ${series.metric} ${at}`)).size).toBe(rows.length);
        expect(rows).toHaveLength(seq * METRICS);
      },
      { timeout: 60_000, interval: 500 },
    );
  } finally {
    await recorder.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

describe.skipIf(findInfluxDb() === undefined)("InfluxDB 1.x (apt-get install influxdb), killed in mid-write", () => {
  it("loses nothing", { timeout: 180_000 }, async () => {
    const peer = await startInfluxDb();
    try {
      const engine = EngineConfig.parse({ engine: "influxdb-1", url: peer.url });
      await killInMidWrite(peer, engine, () => Promise.resolve());
    } finally {
      await peer.dispose();
    }
  });
});

describe.skipIf(findVictoriaMetrics() === undefined)(
  "VictoriaMetrics (apt-get install victoria-metrics), killed in mid-write",
  () => {
    it("loses nothing, although it acknowledges before it has written", { timeout: 180_000 }, async () => {
      const peer = await startVictoriaMetrics();
      try {
        const engine = EngineConfig.parse({ engine: "influxdb-2", url: peer.url, dialect: "victoria-metrics" });
        await killInMidWrite(peer, engine, () => peer.flush());
      } finally {
        await peer.dispose();
      }
    });
  },
);
