import type { UnclaimedView } from "#contract/api/claims.ts";

/** Devices that wait for a room, as installers leave them: one that says where it hangs, one that does not, one that is gear. */
export function makeUnclaimed(now: number): UnclaimedView[] {
  const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
  const values = (all: Record<string, number | boolean>): UnclaimedView["values"] =>
    Object.entries(all).map(([metric, value]) => ({ metric, value, at: ago(1) }));
  return [
    {
      site: "harbour-house",
      via: "zigbee2mqtt",
      title: "Zigbee2MQTT",
      device: "Harbour air",
      since: ago(26),
      last_at: ago(1),
      heard: 24,
      values: values({ temperature_c: 21.4, humidity_pct: 44, co2_ppm: 612, battery_pct: 97, link_quality_lqi: 132 }),
      suggested: { room: "harbour-house/harbour", name: "Harbour air", room_air: true },
    },
    {
      site: "harbour-house",
      via: "chirpstack",
      title: "ChirpStack v4",
      device: "24e124710c0a1b2c",
      label: "AM103 no. 12",
      since: ago(190),
      last_at: ago(9),
      heard: 19,
      values: values({ temperature_c: 22.9, occupied: false, light_lux: 140, battery_pct: 88 }),
      doubt: "its maker is not named: the bytes fit Milesight alone",
      suggested: { name: "AM103 no. 12", room_air: true },
    },
    {
      site: "harbour-house",
      via: "wire",
      title: "MQTT (Greenroom's own wire)",
      device: "harbour-house/cedar/demo-fridge",
      since: ago(2_900),
      last_at: ago(0),
      heard: 2_900,
      values: values({ temperature_c: 4.1, power_w: 61 }),
      suggested: { room: "harbour-house/cedar", name: "demo-fridge", room_air: false },
    },
  ];
}
