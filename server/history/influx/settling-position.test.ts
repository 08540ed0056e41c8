import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { PositionFile } from "./position-file.ts";
import { type ServerHealth, SettlingPosition } from "./settling-position.ts";

let folder: string;
let clock: VirtualClock;
let server: ServerHealth | undefined;
let settling: SettlingPosition;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-settling-"));
  clock = new VirtualClock(instant(0));
  server = { startedAt: 1, rowsTaken: 0 };
  settling = new SettlingPosition({
    file: new PositionFile(join(folder, "position.json")),
    clock,
    settle: seconds(20),
    health: () => (server === undefined ? Promise.reject(new Error("away")) : Promise.resolve(server)),
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const upTo = (records: number): { journal: string; offset: number; records: number } => ({
  journal: "j",
  offset: records * 100,
  records,
});
async function write(records: number): Promise<void> {
  await settling.beforeWrite();
  if (server !== undefined) server = { ...server, rowsTaken: server.rowsTaken + 1 };
  await settling.written(upTo(records));
}

describe("a position that settles", () => {
  it("counts a write for good once it is old enough", async () => {
    await write(1);
    clock.advance(seconds(15));
    await write(2);
    await settling.check();
    expect(settling.position).toBeUndefined();
    clock.advance(seconds(6));
    await settling.check();
    expect(settling.position).toEqual(upTo(1));
    clock.advance(seconds(20));
    await settling.check();
    expect(settling.position).toEqual(upTo(2));
    expect(new PositionFile(join(folder, "position.json")).position).toEqual(upTo(2));
  });

  it("goes back when the server has begun anew, even within the same second", async () => {
    for (const anew of [
      { startedAt: 2, rowsTaken: 50 },
      { startedAt: 1, rowsTaken: 0 },
    ]) {
      server = { startedAt: 1, rowsTaken: 10 };
      await write(3);
      clock.advance(seconds(6));
      await settling.check();
      server = anew;
      clock.advance(seconds(30));
      await expect(settling.check()).rejects.toMatchObject({ code: "STORE_DOWN", retryable: true });
      expect(settling.position).toBeUndefined();
      // What is written from now on settles again.
      clock.advance(seconds(6));
      await settling.check();
    }
  });

  it("does not count what was written before the server was away", async () => {
    await write(1);
    server = undefined;
    clock.advance(seconds(30));
    await expect(settling.check()).rejects.toThrow("away");
    server = { startedAt: 1, rowsTaken: 1 };
    clock.advance(seconds(30));
    await settling.check();
    expect(settling.position).toBeUndefined();
  });
});
