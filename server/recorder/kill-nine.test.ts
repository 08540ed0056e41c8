import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import type { Committed } from "#contract/messages/edge.ts";
import { systemClock } from "#contract/system-clock.ts";
import { EngineConfig } from "../history/engine-config.ts";
import { startRecorder } from "./recorder.ts";

const CHILD = fileURLToPath(new URL("./kill-nine.child.ts", import.meta.url));
/** Each costs the start of a process. */
const KILLS = process.env["CI"] === "true" ? 20 : 5;
const HOUR = 3_600_000;
const BASE = Math.floor(systemClock.now() / HOUR) * HOUR - 48 * HOUR;

/** Runs the child until it is killed somewhere in a burst; returns up to where it had acknowledged. */
async function killOnce(dataDir: string, run: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, dataDir, String(run), String(BASE)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let complaint = "";
  const ready = Promise.withResolvers<void>();
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (said.includes("\n")) ready.resolve();
  });
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const closed = once(child, "close");
  await Promise.race([ready.promise, closed.then(() => Promise.reject(new Error(`the child ended: ${complaint}`)))]);
  // The moment is the point here: anywhere from the first burst to well into the draining.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
  child.kill("SIGKILL");
  await closed;
  return Number(
    said
      .slice(0, said.lastIndexOf("\n"))
      .split("\n")
      .findLast((line) => line !== "ready") ?? 0,
  );
}

it(
  "has every acknowledged reading in history, once, after kill -9 in mid-burst, again and again",
  { timeout: 180_000 },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "greenroom-kill-"));
    try {
      const acknowledged: number[] = [];
      for (let run = 0; run < KILLS; run++) acknowledged.push(await killOnce(dataDir, run));
      expect(acknowledged.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(100);

      const broker = new MemoryBroker();
      const recorder = await startRecorder({
        bus: new MemoryBus(broker),
        clock: systemClock,
        log: silentLog,
        dataDir,
        engine: EngineConfig.parse({ engine: "sqlite" }),
        attach: "intake",
      });
      const database = new DatabaseSync(join(dataDir, "history.db"), { readOnly: true });
      const number = (sql: string): number => Object.values(database.prepare(sql).get() ?? {})[0] as number;
      await vi.waitFor(
        () => {
          expect(recorder.stats()).toMatchObject({ spooled: 0, spooled_bytes: 0, damaged_bytes: 0 });
          expect(number("SELECT count(*) FROM stale_hour")).toBe(0);
        },
        { timeout: 60_000, interval: 50 },
      );
      const stored = acknowledged.map((_, run) => {
        const from = BASE + run * 100_000;
        return number(`SELECT count(*) FROM telemetry WHERE ts > ${from} AND ts < ${from + 100_000}`);
      });
      // Without a hole: the last one is where the count says.
      const last = acknowledged.map((_, run) => {
        const from = BASE + run * 100_000;
        return number(
          `SELECT ifnull(max(ts), ${from}) - ${from} FROM telemetry WHERE ts > ${from} AND ts < ${from + 100_000}`,
        );
      });
      expect(stored).toEqual(last);
      for (const [run, upTo] of acknowledged.entries()) expect(stored[run]).toBeGreaterThanOrEqual(upTo);
      // Once, in the roll-ups too, which a repeated batch would show.
      expect(number("SELECT sum(n) FROM rollup_1h")).toBe(number("SELECT count(*) FROM telemetry"));
      expect(number("SELECT records FROM journal_position")).toBe(number("SELECT count(*) FROM telemetry"));
      const kept = await vi.waitFor(() => {
        const payload = broker.retained.get("greenroom/v1/hq/agents/edge-1/committed");
        expect(payload).toBeDefined();
        return JSON.parse(new TextDecoder().decode(payload)) as Committed;
      });
      expect(Object.fromEntries(kept.boots.map(({ boot, seq }) => [boot, seq]))).toEqual(
        Object.fromEntries(stored.flatMap((seq, run) => (seq > 0 ? [[`run-${run}`, seq]] : []))),
      );
      database.close();
      await recorder.stop();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
);
