import type { RemedyDuration, RoomCard } from "#contract/messages/room.ts";

/** Whose work a remedy is: each has a queue of its own. */
export type Owner = "desk" | "technician" | "network" | "facilities" | "host";

/** What mends a cause, with how long it takes, everything included but the thing's own recovery. */
export interface Remedy {
  remedy: string;
  label: string;
  duration: RemedyDuration;
  /** How often it mends the cause it is tried on. */
  works: number;
  owner: Owner;
  /** It mends the room; otherwise it takes the visit elsewhere. */
  mends: boolean;
}

const remedy = (
  owner: Owner,
  label: string,
  { p50, p90, works, mends = true }: { p50: number; p90: number; works: number; mends?: boolean },
): Omit<Remedy, "remedy"> => ({ label, duration: { p50_min: p50, p90_min: p90 }, works, owner, mends });

/** Everything that can be done. A card's `remedies` overrides the durations by id. */
const known = {
  wake_remote: remedy("desk", "Wake or reset the display remotely", { p50: 5, p90: 10, works: 0.9 }),
  technician_display: remedy("technician", "Send a technician to the display", { p50: 25, p90: 60, works: 0.98 }),
  restart_remote: remedy("desk", "Restart the codec remotely", { p50: 8, p90: 14, works: 0.85 }),
  technician_codec: remedy("technician", "Send a technician to the codec", { p50: 23, p90: 40, works: 0.98 }),
  technician_audio: remedy("technician", "Send a technician for the sound", { p50: 16, p90: 30, works: 0.98 }),
  network_desk: remedy("network", "Call the network desk", { p50: 28, p90: 55, works: 0.98 }),
  technician_power: remedy("facilities", "Send somebody to the power supply", { p50: 20, p90: 45, works: 0.9 }),
  setpoint: remedy("facilities", "Correct heating or cooling now", { p50: 10, p90: 20, works: 0.8 }),
  technician_climate: remedy("facilities", "Send climate control's technician", { p50: 35, p90: 60, works: 0.98 }),
  ventilate: remedy("facilities", "Ventilate the room", { p50: 6, p90: 12, works: 0.95 }),
  ask_to_leave: remedy("host", "Ask the people in the room to wrap up", { p50: 6, p90: 12, works: 0.8 }),
  reset_room: remedy("host", "Have the room reset", { p50: 13, p90: 22, works: 0.98 }),
  arrange_access: remedy("host", "Arrange door, host and badge", { p50: 15, p90: 40, works: 0.95 }),
  technician_sensor: remedy("technician", "Send a technician to the sensor", { p50: 13, p90: 25, works: 0.95 }),
  look_in: remedy("host", "Have somebody look into the room", { p50: 8, p90: 15, works: 0.95 }),
  move: remedy("host", "Move the visit to another room", { p50: 10, p90: 15, works: 0.9, mends: false }),
} as const satisfies Record<string, Omit<Remedy, "remedy">>;

type RemedyId = keyof typeof known;

/** Cause kind (what stands before the colon) → remote, on site, move. */
const CHAINS: Readonly<Record<string, readonly RemedyId[]>> = {
  display: ["wake_remote", "technician_display", "move"],
  codec: ["restart_remote", "technician_codec", "move"],
  audio: ["technician_audio", "move"],
  network: ["network_desk", "move"],
  switch: ["network_desk", "move"],
  power: ["technician_power", "move"],
  site: ["network_desk", "look_in", "move"],
  agent: ["network_desk", "look_in", "move"],
  temperature: ["setpoint", "technician_climate", "move"],
  ahu: ["setpoint", "technician_climate", "move"],
  co2: ["ventilate", "move"],
  occupied: ["ask_to_leave", "move"],
  reset_visit: ["reset_room", "move"],
  access: ["arrange_access", "move"],
  sensor: ["technician_sensor", "look_in", "move"],
  maintenance: ["move"],
  capacity: ["move"],
  capability: ["move"],
};
const ELSE: readonly RemedyId[] = ["look_in", "move"];

/** Every kind of cause that has remedies of its own. */
export const causeKinds: readonly string[] = Object.keys(CHAINS);

const MOST_KNOWN = 4_096;
/** The same few causes are looked at in every judgement; a name that was cut out anew would have to be hashed anew, too. */
const kinds = new Map<string, string>();

/** The kind of a cause: `display` of `display:proj-1`. */
export function kindOf(cause: string): string {
  let kind = kinds.get(cause);
  if (kind === undefined) {
    const colon = cause.indexOf(":");
    kind = colon < 0 ? cause : cause.slice(0, colon);
    if (kinds.size >= MOST_KNOWN) kinds.clear();
    kinds.set(cause, kind);
  }
  return kind;
}

const named = Object.fromEntries(Object.entries(known).map(([id, each]) => [id, { ...each, remedy: id }])) as Readonly<
  Record<RemedyId, Remedy>
>;
const usual = new Map(causeKinds.map((kind) => [kind, (CHAINS[kind] ?? ELSE).map((id) => named[id])]));
const usualElse = ELSE.map((id) => named[id]);

/** What can be done about a cause, in the order to try it, with this room's durations. */
export function remediesOf(cause: string, card: Pick<RoomCard, "remedies">): readonly Remedy[] {
  const chain = usual.get(kindOf(cause)) ?? usualElse;
  const own = card.remedies;
  if (own === undefined) return chain;
  return chain.map((each) => {
    const duration = own[each.remedy];
    return duration === undefined ? each : { ...each, duration };
  });
}

/** Whose queue a cause joins first. */
export const ownerOf = (cause: string): Owner => remediesOf(cause, {})[0]?.owner ?? "host";
