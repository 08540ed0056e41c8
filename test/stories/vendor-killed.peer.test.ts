import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findMosquitto, type Mosquitto, startMosquitto } from "../peers/mosquitto.ts";
import { recordedValues } from "./recorded.ts";
import type { RestClient } from "./rest-client.ts";
import { harbourCard, ROOM_KEY, SITE } from "./story-room.ts";
import { until } from "./until.ts";
import { WholeProgram } from "./whole-program.ts";

/** The customer's Mosquitto goes on while Greenroom is killed in the midst of what its gear says. */
const isThere = findMosquitto() !== undefined;
if (!isThere && process.env["CI"] !== undefined) throw new Error("mosquitto is not installed");
const run = promisify(execFile);
const KILLS = 5;
const BURST = 40;

describe.skipIf(!isThere)("gear on a customer's broker, and a gateway that is killed", () => {
  let mosquitto: Mosquitto;
  let program: WholeProgram;
  let facilities: RestClient;
  const folder = mkdtempSync(join(tmpdir(), "greenroom-killed-"));
  const said: number[] = [];

  /** Each value once, at QoS 1, over one connection; resolves once the broker has all of them. */
  const burst = async (): Promise<void> => {
    const values = Array.from({ length: BURST }, () => {
      const value = 20 + (said.length + 1) / 1_000;
      said.push(value);
      return value;
    });
    const file = join(folder, `lines-${said.length}`);
    writeFileSync(file, `${values.map((temperature) => JSON.stringify({ temperature })).join("\n")}\n`);
    const to = ["-h", "127.0.0.1", "-p", String(mosquitto.port), "-q", "1", "-t", "zigbee2mqtt/Harbour air"];
    await run("sh", ["-c", `mosquitto_pub ${to.map((word) => `'${word}'`).join(" ")} -l < '${file}'`]);
  };
  const temperatures = (): number[] => recordedValues(program.dataDir, { device: "air", metric: "temperature_c" });

  beforeAll(async () => {
    mosquitto = await startMosquitto({ persistence: true });
    program = await WholeProgram.start({
      config: {
        site: SITE,
        translate: [
          {
            vendor: "zigbee2mqtt",
            broker: { url: mosquitto.url },
            devices: { "Harbour air": { room: "harbour", device: "air", use: "room_air" } },
          },
        ],
      },
    });
    facilities = await program.as("facilities");
    await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, harbourCard);
    await until("Greenroom listens", async () => {
      await burst();
      return temperatures().length > 0 ? true : undefined;
    });
    said.length = 0;
  }, 90_000);
  afterAll(async () => {
    await program?.dispose();
    await mosquitto?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("loses nothing: what was not stored was not acknowledged, and what came meanwhile waited", async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const before = burst();
      await new Promise((resolve) => setTimeout(resolve, 10 + kill * 12));
      await program.kill9();
      await before;
      await burst();
      await program.start();
    }
    const found = await until(
      "everything is in history",
      () => {
        const values = new Set(temperatures());
        return said.every((value) => values.has(value)) && values;
      },
      30_000,
    );
    expect(said).toHaveLength(2 * KILLS * BURST);
    expect(found.size).toBeGreaterThanOrEqual(said.length);
  }, 120_000);
});
