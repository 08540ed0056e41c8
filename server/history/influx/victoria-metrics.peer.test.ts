import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { systemClock } from "#contract/system-clock.ts";
import { later, seconds } from "#contract/units.ts";
import { findVictoriaMetrics, startVictoriaMetrics } from "#test/peers/victoria-metrics.ts";
import { EngineConfig, type Influx2Config } from "../engine-config.ts";
import { describeHistory } from "../history.suite.ts";
import { startInflux2History } from "./influx-2-history.ts";

describe.skipIf(findVictoriaMetrics() === undefined)(
  "a real VictoriaMetrics (apt-get install victoria-metrics)",
  () => {
    describeHistory("VictoriaMetrics", async () => {
      const folder = mkdtempSync(join(tmpdir(), "greenroom-history-"));
      const peer = await startVictoriaMetrics();
      const config = EngineConfig.parse({
        engine: "influxdb-2",
        url: peer.url,
        dialect: "victoria-metrics",
      }) as Influx2Config;
      let ahead = seconds(0);
      const clock = { ...systemClock, now: () => later(systemClock.now(), ahead) };
      const open = () => startInflux2History(config, { positionFile: join(folder, "position.json"), clock });
      const engine = open();
      return {
        engine,
        async visible() {
          await peer.flush();
          // As if the time had passed in which it may still forget.
          ahead = seconds(ahead / 1_000 + 60);
          await engine.maintain(clock.now());
        },
        reopen: () => Promise.resolve(open()),
        async dispose() {
          await engine.close();
          await peer.dispose();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    });
  },
);
