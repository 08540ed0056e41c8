import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DemoView } from "#contract/api/views.ts";
import { minutes } from "#contract/units.ts";
import { Burst } from "#test/chaos/burst.ts";
import { recorded } from "./recorded.ts";
import type { RestClient } from "./rest-client.ts";
import { AGENT, harbourCard, ROOM_KEY, StoryAgent, visitIn, WELL } from "./story-room.ts";
import { until } from "./until.ts";
import { WholeProgram } from "./whole-program.ts";

const DISK = mkdtempSync(join(tmpdir(), "greenroom-full-"));
const BALLAST = join(DISK, "ballast");
const LOAD = "load";
const MOUNT = "mount";
const UNMOUNT = "umount";
const MIB = 1024 * 1024;

/** A real disk of its own takes the right to mount one; as root in CI that it cannot be made is a failure. */
const canMount = ((): boolean => {
  try {
    execFileSync(MOUNT, ["-t", "tmpfs", "-o", "size=160m", "tmpfs", DISK], { stdio: "ignore" });
    return true;
  } catch (error) {
    rmSync(DISK, { recursive: true, force: true });
    if (process.env["CI"] === "true" && process.getuid?.() === 0) throw error;
    return false;
  }
})();

/** Somebody else takes every byte that is left. */
function fill(): void {
  const file = openSync(BALLAST, "a");
  const block = Buffer.alloc(MIB, 1);
  try {
    for (;;) if (writeSync(file, block) < block.length) return;
  } catch {
    // It is full.
  } finally {
    closeSync(file);
  }
}

describe.skipIf(!canMount)("a disk that is really full (takes the right to mount one)", () => {
  let program: WholeProgram;
  let facilities: RestClient;
  let agent: StoryAgent;
  let load: Burst;
  let visit: DemoView;

  beforeAll(async () => {
    program = await WholeProgram.start({ dataDir: join(DISK, "data") });
    facilities = await program.as("facilities");
    await facilities.ask("PUT", `/rooms/${ROOM_KEY}`, harbourCard);
    visit = await facilities.ask<DemoView>("POST", "/demos", visitIn(minutes(90)));
    agent = await StoryAgent.signIn(program.mqtt, { key: await program.agentKey(AGENT, ROOM_KEY) });
    load = new Burst(program.mqttPort, { agent: LOAD, key: await program.agentKey(LOAD, ROOM_KEY) });
    await agent.tellPast(WELL, minutes(3), minutes(0));
    await until("the visit is ready", async () => (await facilities.demo(visit.id)).status === "ready");
  }, 90_000);
  afterAll(async () => {
    await load?.stop();
    await agent?.stop();
    await program?.dispose();
    execFileSync(UNMOUNT, ["-l", DISK]);
    rmSync(DISK, { recursive: true, force: true });
  });

  it("while it is full nothing is acknowledged, and the program says so and lives", async () => {
    await load.begin();
    await until("readings flow", () => load.acknowledged.length > 100);
    fill();
    await until("it says that it is full", async () => (await facilities.system()).history === "full");
    await until("the sender was cut off", () => load.isOver);
    await load.end();
    const before = load.acknowledged.length;
    await load.begin();
    await until("it is cut off again", () => load.isOver);
    await load.end();
    expect(load.acknowledged.length).toBe(before);
    expect(program.isAlive).toBe(true);
    expect((await fetch(`${program.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${program.url}/healthz`)).status).toBe(200);
    // What is known is still told.
    expect((await facilities.demo(visit.id)).title).toBe("Acme pitch");
  }, 60_000);

  it("what people change meanwhile is refused with the reason, not half done", async () => {
    const answer = await until("a change is refused", async () => {
      const tried = await facilities.call("POST", "/demos", visitIn(minutes(300), { title: "x".repeat(200) }));
      return tried.status >= 400 && tried;
    });
    expect([answer.status, answer.body.code]).toEqual([503, "STORE_FULL"]);
  });

  it("a kill -9 while it is full loses nothing that was acknowledged, and when there is space it goes on by itself", async () => {
    await program.kill9();
    rmSync(BALLAST);
    await program.start();
    await load.begin();
    const before = load.acknowledged.length;
    await until("readings flow again", () => load.acknowledged.length > before + 100);
    fill();
    await until("it is full again", () => load.isOver);
    await load.end();
    rmSync(BALLAST);
    // Without a restart, this time.
    await until("it says that it is well", async () => (await facilities.system()).history !== "full", 30_000);
    const mended = load.acknowledged.length;
    await until("it takes readings", async () => {
      if (load.isOver) {
        await load.end();
        await load.begin();
      }
      return load.acknowledged.length > mended + 100;
    });
    await load.end();
    await agent.tellAgain("air", WELL["air"] ?? {});
    await until("everything that was ever acknowledged is in history", () => {
      const found = new Set(recorded(program.dataDir, { device: LOAD, metric: "co2_ppm" }));
      return load.acknowledged.every((at) => found.has(at));
    });
    await until(
      "a change is taken again",
      async () => (await facilities.call("POST", "/demos", visitIn(minutes(400)))).status === 201,
    );
    expect((await fetch(`${program.url}/readyz`)).status).toBe(200);
  }, 90_000);
});

it.skipIf(canMount)("a full disk: not tried here, as no disk of its own can be mounted without being root", () => {
  expect(canMount).toBe(false);
});
