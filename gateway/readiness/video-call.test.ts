import { expect, it } from "vitest";
import { Bench, type Values } from "./check-fixture.ts";
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
