import { expect, it } from "vitest";
import { Bench, type Values } from "./check-fixture.ts";
import { display } from "./display.ts";

const on: Values = { power_state: "on" };

it.each<[Values, string, string]>([
  [{}, "ready", "OK"],
  [{ lamp_health: "error" }, "not_ready", "LAMP_FAULT"],
  [{ lamp_health: "warning" }, "degraded", "LAMP_WARNING"],
  [{ filter_health: "error" }, "degraded", "FILTER_WARNING"],
  [{ input_state: "wrong" }, "degraded", "WRONG_INPUT"],
  [{ input_state: "unknown" }, "ready", "OK"],
  [{ picture_muted: true }, "degraded", "PICTURE_MUTED"],
  [{ picture_frozen: true }, "degraded", "PICTURE_FROZEN"],
  [{ lamp_used_pct: 95 }, "ready", "OK"],
  [{ lamp_used_pct: 96 }, "degraded", "LAMP_WORN"],
  [{ input_state: "wrong", lamp_health: "error" }, "not_ready", "LAMP_FAULT"],
])("on with %j is %s", (values, outcome, code) => {
  expect(new Bench(display).says({ ...on, ...values }).finds()).toMatchObject({
    outcome,
    code,
    hard: true,
    weight: 15,
  });
});

it("trusts a sleeping display that was seen working within a day, and no longer", () => {
  const bench = new Bench(display).says(on);
  expect(bench.finds()?.outcome).toBe("ready");
  for (let i = 0; i < 6; i++) bench.says({ power_state: "standby" }, 1).finds();
  expect(bench.finds()?.outcome).toBe("ready");
  bench
    .waits(24 * 60)
    .says({ power_state: "standby" })
    .finds();
  for (let i = 0; i < 4; i++) bench.says({ power_state: "standby" }, 1).finds();
  expect(bench.finds()).toMatchObject({ outcome: "degraded", code: "WAKE_NOT_PROVEN" });
});

it("tells an absent display from an unheard one", () => {
  const bench = new Bench(display).says(on);
  bench.finds();
  const at = new Date(bench.now).toISOString();
  bench.room.takeDeviceState("proj", { at, state: "offline", agent: "pi" }, bench.now);
  expect(bench.waits(1).finds()?.outcome).toBe("ready");
  expect(bench.waits(2).finds()).toMatchObject({ outcome: "not_ready", code: "DEVICE_OFFLINE" });
  expect(bench.tells()).toBe("The proj does not answer since 09:00.");
  bench.agents.take("hq", "pi", { at, state: "offline" }, { at: bench.now, retained: false });
  expect(bench.finds()?.outcome).toBe("not_ready");
  const unheard = new Bench(display).says(on);
  unheard.finds();
  unheard.room.takeDeviceState("proj", { at, state: "online", agent: "pi" }, unheard.now);
  unheard.agents.take("hq", "pi", { at, state: "offline" }, { at: unheard.now, retained: false });
  expect(unheard.finds()).toMatchObject({ outcome: "unknown", code: "AGENT_DOWN", part: { cause: "agent:pi" } });
});

it("keeps a fault that the display no longer repeats", () => {
  const bench = new Bench(display).says({ ...on, lamp_health: "error" });
  bench.finds();
  for (let i = 0; i < 30; i++) bench.says(on, 1).finds();
  expect(bench.finds()).toMatchObject({ outcome: "not_ready", code: "LAMP_FAULT" });
});

it("judges the worst of several displays", () => {
  const two = ["proj", "tv"].map((id) => ({ device: id, name: id, kind: "display" as const }));
  const bench = new Bench(display, { devices: two }).says(on);
  expect(bench.finds()).toMatchObject({ outcome: "unknown", code: "NEVER_REPORTED", part: { device: "tv" } });
});

it("is asked for only by visits that need a display, and where the card has one", () => {
  expect(new Bench(display).finds({ capabilities: ["audio"] })).toBeUndefined();
  expect(new Bench(display, { devices: [] }).finds()).toBeUndefined();
});

it("takes a sleeping display's word for a day to the millisecond, and is looked at when that is over", () => {
  const day = 24 * 60;
  const asleep = (power_state: string, minutes: number): Bench => {
    const bench = new Bench(display).says(on).waits(minutes);
    return bench.says({ power_state });
  };
  for (const power of ["off", "standby"]) {
    expect(asleep(power, day).finds()).toMatchObject({ outcome: "ready", code: "OK" });
    expect(asleep(power, day + 1).finds()).toMatchObject({ outcome: "degraded", code: "WAKE_NOT_PROVEN" });
  }
  expect(asleep("standby", 60).wakes()).toEqual([expect.closeTo(day + 1 / 60_000, 6)]);
  expect(asleep("on", 60).wakes()).toEqual([]);
  const never = new Bench(display).says({ power_state: "off" });
  expect(never.finds()).toMatchObject({ code: "WAKE_NOT_PROVEN", part: { metric: "power_state", value: "off" } });
  expect(never.tells()).toBe("The proj is asleep and has not been seen working for a day since 09:00.");
  expect(never.wakes()).toEqual([]);
});

it("asks nothing of visits that name nothing, and is told by name when it is silent", () => {
  expect(new Bench(display).finds({ capabilities: undefined })).toBeUndefined();
  expect(new Bench(display).says(on).waits(60).tells()).toBe("Can't tell the display: The proj is silent since 09:00.");
});
