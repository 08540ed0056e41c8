import type { Scenario } from "./scenario.ts";

const natural = (per_day: number, lasts: Scenario["faults"]["room"]["mic"]["lasts"], overnight = 0) => ({
  per_day,
  lasts,
  overnight,
});
const about = (median: number, spread: number) => ({ median, spread });

/** The world that figures are told of: rates, durations, staff and calendar as the science page states them. Every rate without a source is assumed. */
export const normal: Scenario = {
  name: "normal",
  description: "An ordinary building of meeting rooms, every second room-day with a client visit.",
  days: { warm_up: 10, from_min: 360, to_min: 1140, starts_at_min: 0 },
  rooms: {
    per_floor: 10,
    seats: [6, 8, 10, 12, 16, 20],
    recovery_k_per_h: about(2, 0.28),
    leak_h: about(12, 0.3),
    air_changes_per_h: about(2, 0.4),
    volume_m3_per_seat: 7,
  },
  climate: {
    plant_on_min: [390, 405, 420],
    card_says_min: 405,
    shift: { from_day: 0, by_min: 0 },
    summer_share: 0.4,
    summer: { outdoor_c: 28.5, outdoor_sd_k: 1.5, start_c: 27, start_sd_k: 0.7 },
    winter: { outdoor_c: 16, outdoor_sd_k: 2, start_c: 18.6, start_sd_k: 0.7 },
    hot_days: { from: 0, to: 0, by_k: 0 },
    power_share: 1,
  },
  calendar: {
    from_min: 480,
    to_min: 1080,
    pause_share: 0.45,
    pauses_min: [30, 30, 60],
    lengths_min: [30, 60, 60, 90],
    no_show: 0.34,
    people_share: [0.25, 0.7],
    overrun: { share: 0.25, mean_min: 7 },
    early_end: { share: 0.25, mean_min: 8 },
    comes_late_min: [-2, 6],
  },
  demos: {
    per_room_day: 0.5,
    from_min: 540,
    to_min: 1020,
    call_share: 0.7,
    buffer_share: 0.8,
    people_share: 0.5,
    conference: { every_days: 0, demos: 0, at_min: 600, lasts_min: 60 },
  },
  reset_visits: {
    asked_gap_min: 15,
    planned_before_min: [45, 90],
    takes: about(7, 0.4),
    missed: 0.03,
    unreported: 0.03,
  },
  faults: {
    room: {
      disp_off: natural(0.03, { mean: 120 }, 0.35),
      disp_dead: natural(0.003, about(1440, 0.4)),
      codec: natural(
        0.035,
        {
          mix: [
            { share: 0.45, of: { mean: 10 } },
            { share: 0.55, of: about(240, 0.6) },
          ],
        },
        0.35,
      ),
      mic: natural(0.015, about(300, 0.6), 0.35),
      flap: natural(0.3, { from: 1, to: 3 }),
      hvac: natural(0.012, about(360, 0.6)),
      drop: natural(0.03, about(60, 0.8)),
      stuck: natural(0.01, about(600, 0.5)),
      drift: natural(0.005, about(900, 0.4)),
    },
    floor: {
      net: natural(0.02, about(45, 0.7)),
      part: natural(0.03, about(30, 0.8)),
      ahu: natural(0.01, about(240, 0.6)),
    },
    scripted: [],
    drift_k_per_h: 0.5,
  },
  sensors: {
    temperature_sd_k: 0.05,
    co2_sd_ppm: 15,
    climate_every_s: 300,
    devices_every_s: 300,
    agent_lost_after_s: 120,
  },
  staff: {
    pools: { remote: 3, tech: 5, fac: 3, host: 8, net: 2 },
    plans: {
      disp_off: [
        { pool: "remote", takes: [about(3, 0.5), about(2, 0.4)], suffices: 0.9 },
        { pool: "tech", takes: [about(8, 0.5), about(6, 0.4)], suffices: 1 },
      ],
      disp_dead: [{ pool: "tech", takes: [about(8, 0.5), about(35, 0.4)], suffices: 1 }],
      codec: [
        { pool: "remote", takes: [about(3, 0.5), about(5, 0.4)], suffices: 0.85 },
        { pool: "tech", takes: [about(8, 0.5), about(15, 0.4)], suffices: 1 },
      ],
      mic: [{ pool: "tech", takes: [about(8, 0.5), about(8, 0.5)], suffices: 1 }],
      net: [{ pool: "net", takes: [about(8, 0.5), about(20, 0.6)], suffices: 1 }],
      part: [{ pool: "net", takes: [about(8, 0.5), about(20, 0.6)], suffices: 1 }],
      climate: [
        { pool: "fac", takes: [about(5, 0.5), about(5, 0.4)], suffices: 0.75 },
        { pool: "fac", takes: [about(10, 0.5), about(30, 0.4)], suffices: 1 },
      ],
      air: [{ pool: "fac", takes: [about(5, 0.5), { from: 1, to: 1 }], suffices: 1 }],
      occ: [{ pool: "host", takes: [about(6, 0.5)], suffices: 0.8 }],
      clean: [
        { pool: "host", takes: [about(5, 0.5)], suffices: 0 },
        { pool: "host", takes: [about(8, 0.3)], suffices: 1 },
      ],
      sensor: [{ pool: "tech", takes: [about(8, 0.5), about(5, 0.4)], suffices: 1 }],
    },
    ignores: 0,
    reset_nudge_works: 0.8,
    move_taken: 1,
    move_needs_min: 15,
  },
};
