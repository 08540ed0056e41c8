import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { HttpPeer } from "#test/peers/http-peer.ts";
import { findInfluxDb, startInfluxDb } from "#test/peers/influxdb.ts";
import { EngineConfig, type Influx1Config } from "../engine-config.ts";
import { describeHistory } from "../history.suite.ts";
import { startInflux1History } from "./influx-1-history.ts";

describe.skipIf(findInfluxDb() === undefined)("a real InfluxDB 1.x (apt-get install influxdb)", () => {
  let peer: HttpPeer;
  beforeAll(async () => {
    peer = await startInfluxDb();
  });
  afterAll(() => peer.dispose());

  describeHistory("InfluxDB 1", async () => {
    const folder = mkdtempSync(join(tmpdir(), "greenroom-history-"));
    const config = EngineConfig.parse({
      engine: "influxdb-1",
      url: peer.url,
      database: `d${randomUUID()}`,
    }) as Influx1Config;
    const open = () => startInflux1History(config, join(folder, "position.json"));
    return {
      engine: open(),
      visible: () => Promise.resolve(),
      reopen: () => Promise.resolve(open()),
      dispose() {
        rmSync(folder, { recursive: true, force: true });
        return Promise.resolve();
      },
    };
  });
});
