import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { lineLog } from "./line-log.ts";

/** What both logs are given, in the order of the levels. */
const FIELDS = { device: "atrium/projector-1", key: "s3cret", broker: { password: "s3cret", url: "mqtt://b" }, n: 3 };

function linesOf(level: string): string[] {
  const lines: string[] = [];
  const log = lineLog({ level, now: () => "2026-11-22T08:00:00.000Z", write: (line) => lines.push(line) });
  log.debug(FIELDS, "debug");
  log.info(FIELDS, "info");
  log.warn(FIELDS, "warn");
  log.error(FIELDS, "error");
  return lines;
}

test("its lines are those of the program's own log, and no secret shows", () => {
  const script = `
    const { programLog } = await import("${new URL("program-log.ts", import.meta.url).href}");
    const log = programLog("info");
    for (const level of ["debug", "info", "warn", "error"]) log[level](${JSON.stringify(FIELDS)}, level);`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  const timeless = (lines: string[]): unknown[] =>
    lines.map((line) => ({ ...(JSON.parse(line) as object), time: "then" }));
  const theirs = stderr.split("\n").filter((line) => line.startsWith("{"));
  expect(theirs).toHaveLength(3);
  expect(timeless(linesOf("info"))).toEqual(timeless(theirs));
  expect(linesOf("info").join("")).not.toContain("s3cret");
});

test("levels below the one asked for are left out; an unknown one means info", () => {
  expect(linesOf("error")).toHaveLength(1);
  expect(linesOf("debug")).toHaveLength(4);
  expect(linesOf("silent")).toHaveLength(0);
  expect(linesOf("chatty")).toHaveLength(3);
});
