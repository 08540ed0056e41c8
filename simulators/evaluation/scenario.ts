import { z } from "zod";
import { faultsOfFloors, faultsOfRooms, Scripted } from "./scenario-faults.ts";
import { Duration, Minutes, Share } from "./scenario-units.ts";

const A = "Assumed.";

/** One stage of a job: who does it, the parts of its duration, and how often it suffices. */
const Stage = z.strictObject({
  pool: z.enum(["remote", "tech", "fac", "host", "net"]).describe("Whose time it takes."),
  takes: z.array(Duration).min(1).describe("Travel and work; their sum is the stage's duration."),
  suffices: Share.describe("How often it mends the thing; otherwise the next stage follows."),
});

const Pools = z
  .strictObject({
    remote: z.int().min(0).describe("Remote support desk."),
    tech: z.int().min(0).describe("AV technicians on site."),
    fac: z.int().min(0).describe("Facilities: heating, cooling, air."),
    host: z.int().min(0).describe("Hosts: they ask people to leave and reset rooms."),
    net: z.int().min(0).describe("Network desk."),
  })
  .describe(`People at work at the same time. ${A}`);

/** Everything that a world is made of: rates, distributions, staff, calendar. `normal.ts` has the values that count. */
export const Scenario = z.strictObject({
  name: z.string().min(1).max(64).describe("What it is called in tables."),
  description: z.string().max(400).describe("What it is about, in a sentence."),
  days: z.strictObject({
    warm_up: z
      .int()
      .min(0)
      .max(60)
      .describe("Working days before the scored ones, in which the gateway only observes."),
    from_min: Minutes.describe("When people and faults begin, minutes after the start of the building's day."),
    to_min: Minutes.describe("When they end."),
    starts_at_min: Minutes.describe(
      "When the building's day starts, minutes after midnight; 720 turns day into night.",
    ),
  }),
  rooms: z.strictObject({
    per_floor: z.int().min(1).max(100).describe("Rooms that share a switch, an agent and an air handler."),
    seats: z.array(z.int().min(2)).min(1).describe("Seats, each as likely."),
    recovery_k_per_h: Duration.describe(`Heating or cooling at full power, K/h. ${A}`),
    leak_h: Duration.describe(`Time constant of the loss to outdoors, h. ${A}`),
    air_changes_per_h: Duration.describe(`Air changes while the plant runs. ${A}`),
    volume_m3_per_seat: z.number().positive(),
  }),
  climate: z.strictObject({
    plant_on_min: z.array(Minutes).min(1).describe("When the plant of a room starts; each as likely."),
    card_says_min: Minutes.describe("What the room cards say of that start."),
    shift: z
      .strictObject({ from_day: z.int().min(0), by_min: z.number() })
      .describe("From this day on (0 is the first) the plant starts so many minutes later than it did."),
    summer_share: Share.describe("Share of days that cool; the others heat."),
    summer: z.strictObject({
      outdoor_c: z.number().describe("Mean of the temperature that a room without plant drifts to."),
      outdoor_sd_k: z.number().min(0),
      start_c: z.number().describe("Mean room temperature at the start of the day."),
      start_sd_k: z.number().min(0),
    }),
    winter: z.strictObject({
      outdoor_c: z.number(),
      outdoor_sd_k: z.number().min(0),
      start_c: z.number(),
      start_sd_k: z.number().min(0),
    }),
    hot_days: z
      .strictObject({ from: z.int().min(0), to: z.int().min(0), by_k: z.number() })
      .describe("Scored days from, to (excluded) on which it cools and outdoors is hotter by so much."),
    power_share: z.number().min(0).max(2).describe("What the plant gives of its power; 1 is all."),
  }),
  calendar: z.strictObject({
    from_min: Minutes.describe("First booking."),
    to_min: Minutes.describe("End of the last."),
    pause_share: Share.describe("How often a free span follows instead of a meeting."),
    pauses_min: z.array(Minutes).min(1),
    lengths_min: z.array(Minutes).min(1).describe("Lengths of meetings, each as likely."),
    no_show: Share.describe("Bookings to which nobody comes. 0.34: Teem; 0.37: VergeSense."),
    people_share: z.tuple([Share, Share]).describe("People over seats, uniform."),
    overrun: z.strictObject({
      share: Share.describe(`Meetings that run over. ${A}`),
      mean_min: z.number().positive().describe(`By how much, exponential. ${A}`),
    }),
    early_end: z.strictObject({ share: Share, mean_min: z.number().positive() }),
    comes_late_min: z.tuple([z.number(), z.number()]).describe("First person after the start, uniform."),
  }),
  demos: z.strictObject({
    per_room_day: Share.describe("Rooms with bookings that have a client visit on a day."),
    from_min: Minutes,
    to_min: Minutes,
    call_share: Share.describe("Visits that need a video call."),
    buffer_share: Share.describe("Visits for which the meeting right before is cut to leave 30 min."),
    people_share: Share.describe("People over seats."),
    conference: z
      .strictObject({ every_days: z.int().min(0), demos: z.int().min(0), at_min: Minutes, lasts_min: Minutes })
      .describe("Every so many scored days (0: never) so many visits at the same time."),
  }),
  reset_visits: z.strictObject({
    asked_gap_min: Minutes.describe("A visit with this much room before it asks for a reset."),
    planned_before_min: z.tuple([Minutes, Minutes]).describe("When the reset is planned before arrival, uniform."),
    takes: Duration,
    missed: Share.describe(`Planned but never made. ${A}`),
    unreported: Share.describe(`Made, but the button was not pressed. ${A}`),
  }),
  faults: z.strictObject({
    room: faultsOfRooms,
    floor: faultsOfFloors,
    scripted: z.array(Scripted).describe("Faults at set times, besides those by chance."),
    drift_k_per_h: z.number().min(0).describe("How fast a drifting thermometer leaves the truth, up to 3 K."),
  }),
  sensors: z.strictObject({
    temperature_sd_k: z.number().min(0),
    co2_sd_ppm: z.number().min(0),
    climate_every_s: z.int().min(60).describe("Report interval of air sensors and set-points; a multiple of 60."),
    devices_every_s: z.int().min(60).describe("Heartbeat of displays, codecs and microphones; changes at once."),
    agent_lost_after_s: z.int().min(0).describe("Until the broker tells that an agent is gone (1.5 keep-alives)."),
  }),
  staff: z.strictObject({
    pools: Pools,
    plans: z
      .strictObject({
        disp_off: z.array(Stage).min(1),
        disp_dead: z.array(Stage).min(1),
        codec: z.array(Stage).min(1),
        mic: z.array(Stage).min(1),
        net: z.array(Stage).min(1),
        part: z.array(Stage).min(1),
        climate: z.array(Stage).min(1),
        air: z.array(Stage).min(1),
        occ: z.array(Stage).min(1),
        clean: z.array(Stage).min(1),
        sensor: z.array(Stage).min(1),
      })
      .describe(`What is done about each thing, stage by stage. ${A}`),
    ignores: Share.describe("Messages that nobody acts on; the next step of the escalation draws anew."),
    reset_nudge_works: Share.describe(`A reminder of a planned reset visit is followed. ${A}`),
    move_taken: Share.describe(`A host takes the room that is offered. ${A}`),
    move_needs_min: Minutes.describe(`From the offer until everybody is in the other room. ${A}`),
  }),
});
export type Scenario = z.infer<typeof Scenario>;
export type PlanKind = keyof Scenario["staff"]["plans"];
export type Pool = keyof Scenario["staff"]["pools"];
