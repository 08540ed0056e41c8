import { expect, it } from "vitest";
import { audio } from "./audio.ts";
import { Bench, type Values } from "./check-fixture.ts";

const fine: Values = { microphones_connected: 2, speaker_connected: true, microphone_muted: false };

it.each<[Values, string, string]>([
  [{}, "ready", "OK"],
  [{ microphones_connected: 0 }, "not_ready", "NO_MICROPHONE"],
  [{ speaker_connected: false }, "not_ready", "NO_SPEAKER"],
  [{ microphone_muted: true }, "degraded", "MICROPHONE_MUTED"],
])("%j is %s", (values, outcome, code) => {
  expect(new Bench(audio).says({ ...fine, ...values }).finds()).toMatchObject({ outcome, code, hard: true });
});

it("is asked for by calls too, but only where something tells it", () => {
  expect(new Bench(audio).finds({ capabilities: ["video_call"] })).toBeUndefined();
  expect(new Bench(audio).says(fine).finds({ capabilities: ["video_call"] })?.outcome).toBe("ready");
  expect(new Bench(audio).finds({ capabilities: ["audio"] })).toMatchObject({ outcome: "unknown" });
  expect(new Bench(audio).says(fine).finds({ capabilities: ["display"] })).toBeUndefined();
});
