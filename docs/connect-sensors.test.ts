import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { expect, it } from "vitest";
import { systemClock } from "#contract/system-clock.ts";
import { CustomTranslator } from "#gateway/translate/custom/custom.ts";
import { SettingsFile } from "../commands/settings.ts";

const page = readFileSync(new URL("connect-sensors.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)]
  .map(([, text = ""]) => text)
  .filter((text) => text.includes("translate:"));

it.each(blocks.map((text, i) => [i + 1, text] as const))("configuration %i of the page is right", (_i, text) => {
  expect(SettingsFile.safeParse(parse(text)).error).toBeUndefined();
});

it("the first expressions read what the page says they read", async () => {
  const custom = blocks
    .map((text) => SettingsFile.parse(parse(text)).translate?.[0])
    .find((map) => map?.name === "co2-boxes");
  const [, topic = "", payload = ""] = /`(sensors\/\S+)` with `(\{.*?\})`/.exec(page) ?? [];
  if (custom?.mapping === undefined) throw new Error("the page has no such map");
  const translator = new CustomTranslator(custom.mapping, { clock: systemClock });
  try {
    expect(await translator.read({ topic, payload: Buffer.from(payload), retained: false })).toMatchObject({
      readings: [{ device: "box-7", metrics: { co2_ppm: 612, temperature_c: 22, occupied: false } }],
    });
  } finally {
    await translator.stop();
  }
});
