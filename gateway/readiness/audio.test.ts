import { expect, it } from "vitest";
import { audio } from "./audio.ts";
import { Bench, NINE, type Values } from "./check-fixture.ts";

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

it("is known of a device by any one thing that it tells, and not asked of what no card names", () => {
  const only = (values: Values): unknown => new Bench(audio).says(values).finds()?.code;
  expect([only({ speaker_connected: true }), only({ microphone_muted: true })]).toEqual(["OK", "MICROPHONE_MUTED"]);
  const stray = new Bench(audio, { devices: [] });
  stray.room.takeReading("stray", { at: "", metrics: fine }, NINE, NINE);
  expect(stray.finds({ capabilities: ["audio"] })).toBeUndefined();
  expect(new Bench(audio).says(fine).finds({ capabilities: undefined })).toBeUndefined();
});

it("is told by name when it is silent, and broken where the gear does not answer", () => {
  expect(new Bench(audio).says(fine).waits(60).tells()).toBe("Can't tell the sound: The codec is silent since 09:00.");
  const offline = new Bench(audio).says(fine);
  offline.room.takeDeviceState("codec", { at: new Date(NINE).toISOString(), state: "offline" }, NINE);
  expect(offline.finds()).toMatchObject({ outcome: "not_ready", code: "DEVICE_OFFLINE" });
});

it("misses no microphone of gear that has all that it ever had", () => {
  const bench = new Bench(audio).says({ ...fine, microphones_connected: 0 });
  expect(bench.finds()).toMatchObject({ outcome: "not_ready", code: "NO_MICROPHONE" });
  expect(new Bench(audio).says({ ...fine, microphones_connected: 1 }).finds()?.code).toBe("OK");
});
