import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDataDir } from "./data-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("one holder at a time, and the folder is made", () => {
  const inner = join(folder, "a", "b");
  const unlock = lockDataDir(inner);
  expect(() => lockDataDir(inner)).toThrow(expect.objectContaining({ code: "DATA_DIR_IN_USE" }));
  unlock();
  expect(existsSync(join(inner, "agent.lock"))).toBe(false);
  lockDataDir(inner)();
});

test.each(["", "garbage", "-1", "0"])("a lock that says %j is taken over", (text) => {
  writeFileSync(join(folder, "agent.lock"), text);
  lockDataDir(folder)();
});

test("a lock of a process that is gone, or of an earlier one with its number, is taken over", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(join(folder, "agent.lock"), `${pid} 1`);
  lockDataDir(folder)();
  if (process.platform !== "linux") return;
  writeFileSync(join(folder, "agent.lock"), `${process.pid} 1`);
  lockDataDir(folder)();
});

test("a folder that cannot be is a fault of the configuration", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => lockDataDir(join(folder, "file"))).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});
