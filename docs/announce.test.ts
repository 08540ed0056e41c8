import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { parsePayload } from "#contract/wire.ts";
import { AnnounceConfig } from "#gateway/announce/config.ts";

const page = readFileSync(new URL("announce.md", import.meta.url), "utf8");
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(page)?.[1] ?? expect.unreachable();

it("shows a configuration that is taken", () => {
  const { announce } = parse(block("yaml")) as { announce: unknown };
  expect(AnnounceConfig.parse(announce)).toMatchObject({ doors: true, titles: false, home_assistant: {} });
});

it("shows a door sign of the wire", () => {
  expect(parsePayload("door", block("json"))).toMatchObject({ ok: true });
});

it("names the gauges of a room as they are", () => {
  const source = readFileSync(new URL("../server/rest/metrics.ts", import.meta.url), "utf8");
  const named = (text: string): string[] => [...new Set(text.match(/greenroom_room_\w+/g))].toSorted();
  expect(named(page)).toEqual(named(source));
});
