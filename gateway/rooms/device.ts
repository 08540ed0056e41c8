import type { DeviceState } from "#contract/messages/edge.ts";
import type { CardDevice } from "#contract/messages/room.ts";
import { type Metric, SHORTEST_INTERVAL } from "#contract/metrics.ts";
import type { AgentRecord } from "./agents.ts";
import type { Slot } from "./observed.ts";
import { hours, type Instant, type Millis, millis } from "#contract/units.ts";

/** A device of a room: what its card and its agent say of it. */
export interface Device {
  readonly device: string;
  /** Its line on the room card; a device that is not on the card still measures. */
  card: CardDevice | undefined;
  /** Its place on the card; devices that are not on it come after. */
  rank: number;
  state: "online" | "offline" | "sleeping" | undefined;
  /** Since when it is in that state. */
  stateSince: Instant;
  agent: string | undefined;
  /** What is known of that agent: shared by all that it speaks for. */
  carrier: AgentRecord | undefined;
  intervals: Readonly<Record<string, number>> | undefined;
  error: string | undefined;
  /** Whether it measures the room's air, where it says so itself. */
  roomAir: boolean | undefined;
  /** When the gateway first heard of it. */
  knownSince: Instant;
  /** When it was last seen awake and working: proof that it wakes. */
  wokenAt: Instant | undefined;
  /** When somebody pressed its button last, to say that the room has been reset. */
  resetAt: Instant | undefined;
  /** What its last trial before a visit showed. */
  trial: { at: Instant; ok: boolean; text: string } | undefined;
  /** The newest word on each of its metrics. */
  readonly slots: Map<string, Slot>;
}

export const newDevice = (device: string, knownSince: Instant): Device => ({
  device,
  card: undefined,
  rank: Number.MAX_SAFE_INTEGER,
  state: undefined,
  stateSince: knownSince,
  agent: undefined,
  carrier: undefined,
  intervals: undefined,
  error: undefined,
  roomAir: undefined,
  knownSince,
  wokenAt: undefined,
  resetAt: undefined,
  trial: undefined,
  slots: new Map(),
});

/** A sleeping device is expected at least this often; it is not dead. */
const SLEEP_INTERVAL: Millis = hours(1);

/** How often a report is expected: the device's own word, else its card's, else the metric's default. */
export function expectedInterval(device: Device, metric: Metric): Millis {
  const said = device.intervals?.[metric.name] ?? device.card?.intervals_s?.[metric.name];
  const interval = said === undefined ? metric.interval : millis(said * 1000);
  const least = device.state === "sleeping" ? SLEEP_INTERVAL : SHORTEST_INTERVAL;
  return millis(Math.max(interval, least));
}

/** What a device of each kind measures even if it never said so. */
const OWN_METRICS: Readonly<Record<string, readonly string[]>> = {
  display: ["power_state"],
  projector: ["power_state"],
  codec: ["registered"],
  network: ["reachable"],
  switch: ["reachable"],
  ups: ["external_power"],
};

/** Whether the device should report this metric: by its own word, its card or its kind, or because it has. */
export function reports(device: Device, metric: string): boolean {
  if (device.slots.has(metric)) return true;
  if (device.intervals?.[metric] !== undefined || device.card?.intervals_s?.[metric] !== undefined) return true;
  return device.card !== undefined && OWN_METRICS[device.card.kind]?.includes(metric) === true;
}

/** A card's sensor that has said nothing yet, not even what it measures, is taken for a thermometer: nobody knows better. */
const MUTE_METRIC = "temperature_c";

const isMute = (device: Device): boolean =>
  device.card?.kind === "sensor" &&
  device.slots.size === 0 &&
  device.intervals === undefined &&
  device.card.intervals_s === undefined;

/** Whether the device should tell this metric of the room's air, light, sound or people. */
export const tellsOfRoom = (device: Device, metric: string): boolean =>
  measuresRoomAir(device) && (reports(device, metric) || (metric === MUTE_METRIC && isMute(device)));

/** Whether the climate that this device measures is the room's. */
function measuresRoomAir(device: Device): boolean {
  if (device.card === undefined) return device.roomAir ?? true;
  return device.card.room_air ?? device.card.kind === "sensor";
}

/** Takes a device's word on itself; `undefined` when it was taken back. */
export function takeState(device: Device, state: DeviceState | undefined, heardAt: Instant): void {
  if (state?.state !== device.state) device.stateSince = heardAt;
  device.state = state?.state;
  device.intervals = state?.intervals_s;
  device.error = state?.error?.text;
  device.roomAir = state?.room_air;
}
