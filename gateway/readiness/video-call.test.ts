import { expect, it } from "vitest";
import { Bench, NINE, type Values } from "./check-fixture.ts";
import { videoCall } from "./video-call.ts";

it.each<[Values, string, string]>([
  [{ registered: true, cameras_connected: 1 }, "ready", "OK"],
  [{ registered: true }, "ready", "OK"],
  [{ registered: false, cameras_connected: 1 }, "not_ready", "CODEC_UNREGISTERED"],
  [{ registered: true, cameras_connected: 0 }, "not_ready", "NO_CAMERA"],
])("%j is %s", (values, outcome, code) => {
  expect(new Bench(videoCall).says(values).finds()).toMatchObject({ outcome, code, hard: true });
});

it("misses a camera that it had", () => {
  const bench = new Bench(videoCall).says({ registered: true, cameras_connected: 2 });
  bench.finds();
  for (let i = 0; i < 4; i++) bench.says({ registered: true, cameras_connected: 1 }, 1).finds();
  expect(bench.finds()).toMatchObject({ outcome: "degraded", code: "CAMERA_MISSING" });
  expect(bench.tells()).toBe("The codec sees 1 of 2 cameras since 09:01.");
});

it("counts a lost registration after three minutes and a regained one after two", () => {
  const bench = new Bench(videoCall).says({ registered: true });
  bench.finds();
  bench.says({ registered: false }, 1).finds();
  expect(bench.says({ registered: false }, 2).finds()?.outcome).toBe("ready");
  expect(bench.says({ registered: false }, 1).finds()?.outcome).toBe("not_ready");
  bench.says({ registered: true }, 1).finds();
  expect(bench.says({ registered: true }, 1).finds()?.outcome).toBe("not_ready");
  expect(bench.says({ registered: true }, 1).finds()?.outcome).toBe("ready");
});

it("stands by a failed trial until it is seen to recover", () => {
  const bench = new Bench(videoCall).says({ registered: true }).fails("codec", "no test call");
  expect(bench.finds()).toMatchObject({ outcome: "not_ready", code: "TRIAL_FAILED" });
  for (let i = 0; i < 4; i++) bench.says({ registered: true }, 1).finds();
  expect(bench.finds()).toMatchObject({ outcome: "not_ready", code: "TRIAL_FAILED" });
  bench.says({ registered: false }, 1).finds();
  for (let i = 0; i < 4; i++) bench.says({ registered: true }, 1).finds();
  expect(bench.finds()?.outcome).toBe("ready");
});

it("is asked only of rooms with a codec, by visits that call", () => {
  expect(new Bench(videoCall).finds({ capabilities: ["audio"] })).toBeUndefined();
  expect(new Bench(videoCall).finds({ capabilities: undefined })).toBeUndefined();
  expect(new Bench(videoCall, { devices: [] }).finds()).toBeUndefined();
});

/** The codec says so now. */
const codecSays = (bench: Bench, values: Values): Bench => {
  bench.room.takeReading("codec", { at: "", metrics: values }, bench.now, bench.now);
  return bench;
};

it("knows a codec by whether it answers, where that is all it tells, and one that does not answer for broken", () => {
  expect(codecSays(new Bench(videoCall), { reachable: true }).finds()).toMatchObject({ outcome: "ready", code: "OK" });
  const offline = codecSays(new Bench(videoCall), { registered: true });
  offline.room.takeDeviceState("codec", { at: new Date(NINE).toISOString(), state: "offline" }, NINE);
  expect(offline.finds()).toMatchObject({ outcome: "not_ready", code: "DEVICE_OFFLINE" });
});

it("takes a codec that answers again for recovered from a failed trial", () => {
  const bench = codecSays(new Bench(videoCall), { registered: true, reachable: true }).fails("codec", "no test call");
  expect(bench.finds()?.code).toBe("TRIAL_FAILED");
  codecSays(bench.waits(1), { reachable: false }).finds();
  codecSays(bench.waits(1), { reachable: true, registered: true }).finds();
  for (let i = 0; i < 4; i++) codecSays(bench.waits(1), { reachable: true, registered: true }).finds();
  expect(bench.finds()?.outcome).toBe("ready");
});
