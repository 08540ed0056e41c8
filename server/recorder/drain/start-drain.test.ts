import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { EngineConfig } from "../../history/engine-config.ts";
import { SharedState } from "./shared-state.ts";
import { startDrain } from "./start-drain.ts";

it("starts the thread again when it has died, and answers again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-thread-"));
  const complaints: string[] = [];
  const drain = await startDrain({
    folder,
    journal: "j",
    dataDir: folder,
    engine: EngineConfig.parse({ engine: "sqlite" }),
    shared: new SharedState(),
    clock: systemClock,
    log: { ...silentLog, error: (_, text) => complaints.push(text) },
    onProgress: () => {},
    onRefused: () => {},
    thread: new URL("./dies-once.child.ts", import.meta.url),
  });
  try {
    await expect(drain.history.lastValues("hq")).rejects.toMatchObject({ code: "STORE_DOWN", retryable: true });
    expect(complaints).toEqual(["The history thread died; it is started again."]);
    await vi.waitFor(async () => expect(await drain.history.lastValues("hq")).toEqual([]), {
      timeout: 20_000,
      interval: 50,
    });
  } finally {
    await drain.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
