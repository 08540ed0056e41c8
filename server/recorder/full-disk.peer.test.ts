import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { silentLog } from "#contract/log.ts";
import { MemoryBus } from "#contract/memory-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { instant, rfc3339 } from "#contract/units.ts";
import { EngineConfig } from "../history/engine-config.ts";
import { startRecorder } from "./recorder.ts";

/** A real disk of a few megabytes takes the right to mount one; the faults themselves are also tested without (`journal.test.ts`). */
const folder = mkdtempSync(join(tmpdir(), "greenroom-disk-"));
const MOUNT = "mount";
const UNMOUNT = "umount";
const canMount = ((): boolean => {
  try {
    execFileSync(MOUNT, ["-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return false;
  }
})();

describe.skipIf(!canMount)("a disk that is really full (takes the right to mount)", () => {
  afterAll(() => {
    execFileSync(UNMOUNT, [folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    "loses nothing that was acknowledged, and goes on by itself when there is space again",
    { timeout: 60_000 },
    async () => {
      const base = systemClock.now() - 3_600_000;
      const recorder = await startRecorder({
        bus: new MemoryBus(),
        clock: systemClock,
        log: silentLog,
        dataDir: join(folder, "data"),
        engine: EngineConfig.parse({ engine: "sqlite" }),
        attach: "intake",
        limits: { minFreeBytes: 0, segmentBytes: 256 * 1024 },
      });
      const taken = new Set<number>();
      const offer = async (seq: number): Promise<string> => {
        const at = rfc3339(instant(base + seq));
        const reading = { at, agent: "edge-1", boot: "b1", seq, metrics: { co2_ppm: 600 }, note: "x".repeat(500) };
        const topic = "greenroom/v1/hq/atrium/sensor-1/reading";
        try {
          await recorder.accept({ topic, payload: Buffer.from(JSON.stringify(reading)) });
          taken.add(seq);
          return "ok";
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      // Somebody else fills the disk up while readings flow.
      const ballast = join(folder, "ballast");
      let seq = 0;
      let size = 0;
      const seen = new Set<string>();
      while (!seen.has("STORE_FULL")) {
        for (const one of await Promise.all(Array.from({ length: 50 }, () => offer(++seq)))) seen.add(one);
        try {
          writeFileSync(ballast, Buffer.alloc((size += 100_000)));
        } catch {
          // It is full.
        }
      }
      expect(recorder.stats().full).toBe(1);
      expect([...seen].toSorted()).toEqual(["STORE_FULL", "ok"]);
      rmSync(ballast);
      await vi.waitFor(async () => expect(await offer(++seq)).toBe("ok"), { timeout: 10_000, interval: 100 });
      expect(recorder.stats().full).toBe(0);
      const everything = { site: "hq", from: instant(base), to: instant(base + 3_600_000), limit: 1_000_000 };
      await vi.waitFor(
        async () => {
          const stored = (await recorder.history.rows(everything)).map(({ at }) => at - base);
          for (const one of taken) expect(stored).toContain(one);
        },
        { timeout: 30_000, interval: 200 },
      );
      await recorder.stop();
    },
  );
});
