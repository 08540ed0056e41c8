import type { ComfortBand, Needs } from "#contract/messages/room.ts";
import type { Capability } from "../../words/check-words.ts";

/** A room is still usable this far outside of what is asked: one category of EN 16798-1. */
const BESIDE_C = 1;
const BESIDE_PPM = 250;

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));

/** Own needs with other equipment; what the template asks anyway is not said again. */
export function withCapabilities(own: Needs, inherited: Needs, chosen: readonly Capability[]): Needs {
  const { capabilities: _, ...rest } = own;
  const isSame = isSameSet(chosen, inherited.capabilities ?? []);
  return isSame ? rest : { ...rest, capabilities: [...chosen] };
}

export function withReset(own: Needs, inherited: Needs, isAsked: boolean): Needs {
  const { reset_visit: _, ...rest } = own;
  return isAsked === (inherited.reset_visit ?? false) ? rest : { ...rest, reset_visit: isAsked };
}

export function withPeople(own: Needs, people: number | undefined): Needs {
  const { people: _, ...rest } = own;
  return people === undefined ? rest : { ...rest, people };
}

type Metric = "temperature_c" | "co2_ppm";

/** Own needs with another band for a metric, or without one. A band that is asked as before stays as it was, its edges included. */
export function withBand(own: Needs, metric: Metric, ready: readonly [number, number] | undefined): Needs {
  const { comfort, ...rest } = own;
  const { [metric]: before, ...others } = comfort ?? {};
  const isSame = ready !== undefined && before?.ready[0] === ready[0] && before.ready[1] === ready[1];
  const band = ready === undefined ? undefined : isSame ? before : bandAround(metric, ready);
  const next = { ...others, ...(band === undefined ? {} : { [metric]: band }) };
  return Object.keys(next).length === 0 ? rest : { ...rest, comfort: next };
}

const bandAround = (metric: Metric, [low, high]: readonly [number, number]): ComfortBand =>
  metric === "co2_ppm"
    ? { ready: [low, high], usable: [low, high + BESIDE_PPM] }
    : { ready: [low, high], usable: [low - BESIDE_C, high + BESIDE_C] };
