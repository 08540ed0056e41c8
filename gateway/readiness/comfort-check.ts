import type { CheckId } from "#contract/messages/readiness.ts";
import type { ComfortBand } from "#contract/messages/room.ts";
import { instant } from "#contract/units.ts";
import type { Observed } from "../rooms/observed.ts";
import type { RoomState } from "../rooms/room-state.ts";
import { bandQuality, decideBand } from "./band.ts";
import type { Ask, Check, Part, Scene } from "./check.ts";
import { bandOf, bandText, type ComfortMetric } from "./limits.ts";
import { missingPart } from "./missing.ts";
import type { Dwell } from "./settle.ts";
import { amount } from "./words.ts";

/** What makes one comfort check; a metric of the room against a band. */
interface Comfort {
  id: CheckId;
  metric: ComfortMetric;
  weight: number;
  hard: boolean;
  /** Not ready blocks, although degraded and unknown do not. */
  hardBeyondUsable?: boolean;
  hysteresis: number;
  dwell: Dwell;
  /** "Air", "CO₂" … as a sentence begins. */
  thing: string;
  /** After "can't tell". */
  about: string;
  unit: string;
  differenceUnit: string;
  digits: number;
  codes: { low: string; high: string };
  /** Whether it can be judged while people are in the room, or only then. */
  judged?: "when-empty" | "when-occupied";
}

/** A check that says what it is made of: the reference page is generated from it. */
export interface ComfortCheck extends Check {
  comfort: Comfort;
}

/** Makes the check of one comfort metric. It is required where some device of the room should tell the metric. */
export function comfortCheck(comfort: Comfort): ComfortCheck {
  const check: ComfortCheck = {
    comfort,
    id: comfort.id,
    weight: comfort.weight,
    require(ask: Ask, room: RoomState, now) {
      const isNamed = ask.needs.comfort?.[comfort.metric] !== undefined;
      if (!isNamed && !isJudgeable(comfort, room)) return undefined;
      const band = bandOf(comfort.metric, ask, now);
      const key = `${comfort.id}:${band.ready.join("~")}:${band.usable.join("~")}`;
      const limit = bandText(band.ready, comfort.unit, (n) => amount(n, comfort.digits));
      const held = { key, band, limit };
      return {
        check,
        key,
        weight: comfort.weight,
        hard: comfort.hard,
        blocksWhenNotReady: comfort.hardBeyondUsable === true,
        reads: {
          slots: room.slotsOf(room.tellersOf(comfort.metric), comfort.metric),
          people: comfort.judged !== undefined,
        },
        look: (scene) => [lookAt(comfort, held, scene)],
      };
    },
  };
  return check;
}

/** Light in an empty room says nothing, so without word of people nobody asks for it. */
const isJudgeable = (comfort: Comfort, room: RoomState): boolean =>
  room.offers(comfort.metric) &&
  (comfort.judged !== "when-occupied" || room.offers("occupied") || room.offers("people_count"));

/** What a value is held against. */
interface Held {
  key: string;
  band: ComfortBand;
  limit: string;
}

function lookAt(comfort: Comfort, held: Held, scene: Scene): Part {
  const { band, key, limit } = held;
  const seen = scene.room.best(comfort.metric, scene.now);
  if (seen === undefined) return neverOffered(scene, comfort, key);
  const value = seen.slot?.value;
  if (seen.kind !== "known" || typeof value !== "number") {
    const cause = `sensor:${seen.device}/${comfort.metric}`;
    return missingPart(scene, seen, { key, cause, thing: comfort.about });
  }
  const before = scene.settled(key);
  const mayJudge = isTime(comfort, scene.occupied);
  const outcome = mayJudge ? decideBand(value, band, before, comfort.hysteresis) : (before ?? "ready");
  // Of what is on its way back and inside, but only just, the nearer edge is the one that it comes from.
  const isLow = value < (band.ready[0] + band.ready[1]) / 2;
  const isOff = outcome !== "ready";
  return {
    key,
    outcome,
    quality: mayJudge ? bandQuality(value, band) : outcome === "ready" ? 1 : 0.5,
    code: isOff ? (isLow ? comfort.codes.low : comfort.codes.high) : "OK",
    cause: comfort.id,
    seen,
    dwell: comfort.dwell,
    device: seen.device,
    metric: comfort.metric,
    value,
    limit,
    band,
    say: (since) => {
      if (mayJudge)
        return sentence(comfort, held, { value, isOff, since: isOff ? scene.words.since(since, scene.now) : "" });
      return `${is(comfort, value)}; judged ${comfort.judged === "when-empty" ? "when the room is empty" : "while people are in"}.`;
    },
  };
}

/** Noise is judged unless people make it, light only where people need it. */
function isTime({ judged }: Comfort, occupied: boolean | undefined): boolean {
  if (judged === "when-empty") return occupied !== true;
  return judged === undefined || occupied === true;
}

/** A demo may need what the room cannot measure: that is not known, and says so. */
function neverOffered(scene: Scene, { metric, about: thing }: Comfort, key: string): Part {
  const seen: Observed = {
    kind: "unknown",
    device: "none",
    metric,
    slot: undefined,
    since: instant(0),
    freshness: 0,
    missing: "never-reported",
  };
  const part = missingPart(scene, seen, { key, cause: `sensor:none/${metric}`, thing });
  return { ...part, say: () => `Can't tell ${thing}: nothing in the room measures it.` };
}

function sentence(
  comfort: Comfort,
  { band, limit }: { band: ComfortBand; limit: string },
  { value, isOff, since }: { value: number; isOff: boolean; since: string },
): string {
  const format = (n: number): string => amount(n, comfort.digits);
  const what = is(comfort, value);
  const [low, high] = band.ready;
  if (!isOff) return `${what}; wanted ${limit}.`;
  if (value >= low && value <= high) return `${what}${since}, back inside ${limit} but only just.`;
  const [gap, edge] = value < low ? [low - value, `below ${format(low)}`] : [value - high, `above ${format(high)}`];
  return `${what}${since}, ${format(gap)} ${comfort.differenceUnit} ${edge}.`;
}

const is = (comfort: Comfort, value: number): string =>
  `${comfort.thing} is ${amount(value, comfort.digits)} ${comfort.unit}`;
