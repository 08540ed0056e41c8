import type { DeviceView, RoomDetail } from "#contract/api/views.ts";
import type { Building } from "./sample-building.ts";
import { makeVerdict } from "./sample-verdicts.ts";

/** Everything about one room of the sample building. */
export function makeDetail(building: Building, key: string, now: number): RoomDetail | undefined {
  const room = building.rooms.find((r) => r.key === key);
  if (room === undefined) return undefined;
  const at = (back: number): string => new Date(now - back * 1000).toISOString();
  const isGone = room.currency === "stale";
  const verdict = building.verdicts.get(key) ?? makeVerdict(now, room.sentence);
  const state = isGone ? "unreachable" : "online";
  const devices: DeviceView[] = [
    {
      device: "air-1",
      name: "Air sensor",
      kind: "sensor",
      state,
      last_seen: at(isGone ? 1_320 : 9),
      model: "ERS CO₂ Lite",
      firmware: "2.4.1",
    },
    {
      device: "display-1",
      name: "Display",
      kind: "display",
      state: isGone ? "unreachable" : room.room === "victoria" ? "online" : "sleeping",
      last_seen: at(isGone ? 1_320 : 21),
      model: "NEC P555",
      firmware: "R4.002",
      ...(room.room === "victoria" ? { error: "Lamp does not light: fault 0x12" } : {}),
    },
    {
      device: "codec-1",
      name: "Codec",
      kind: "codec",
      state,
      last_seen: at(isGone ? 1_320 : 14),
      model: "Room Bar Pro",
      firmware: "11.20",
    },
    { device: "pir-1", name: "Presence sensor", kind: "sensor", state, last_seen: at(isGone ? 1_320 : 31) },
  ];
  const known = isGone ? ("unreachable" as const) : ("known" as const);
  const evidence = (device: string, metric: string, value: number | boolean | string, age: number, interval = 60) => ({
    device,
    metric,
    kind: known,
    value,
    at: at(isGone ? 1_320 : age),
    since: at(isGone ? 1_260 : 86_400),
    interval_s: interval,
  });
  return {
    ...room,
    verdict,
    card: {
      name: room.name,
      floor: room.floor,
      zone: room.zone,
      seats: room.seats,
      capabilities: ["display", "video_call", "audio"],
      devices: devices.map((d) => ({ device: d.device, name: d.name, kind: d.kind as "sensor", agent: "pi-10f" })),
      comfort: {
        temperature_c: { ready: [20, 24], usable: [19, 25] },
        co2_ppm: { ready: [0, 1200], usable: [0, 1750] },
      },
    },
    devices,
    evidence: [
      evidence("air-1", "temperature_c", room.temperature_c ?? 21.2, 9),
      evidence("air-1", "co2_ppm", room.co2_ppm ?? 610, 9),
      evidence("air-1", "humidity_pct", 44, 92),
      evidence("air-1", "battery_pct", 71, 1_900, 3_600),
      evidence("display-1", "power_state", "standby", 21),
      evidence("codec-1", "registered", room.room !== "jade", 14),
      evidence("pir-1", "occupied", room.occupied ?? false, 31),
    ],
    findings:
      room.room === "orchid"
        ? [
            {
              device: "co2-1",
              metric: "co2_ppm",
              kind: "stuck",
              from: at(140_000),
              confidence: 0.97,
              sentence: "CO₂ sensor has said 812 ppm without a change since Saturday 17:40.",
            },
          ]
        : [],
    maintenance_windows: room.maintenance === undefined ? [] : [room.maintenance],
  };
}
