import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeHistory } from "../history.suite.ts";
import { startSqliteHistory } from "./sqlite-history.ts";

describeHistory("SQLite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-history-"));
  const open = () => startSqliteHistory({ file: join(folder, "history.db"), rawDays: 90, rollupDays: 730 });
  let engine = await open();
  return {
    engine,
    visible: () => Promise.resolve(),
    async reopen() {
      await engine.close();
      engine = await open();
      return engine;
    },
    async dispose() {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
