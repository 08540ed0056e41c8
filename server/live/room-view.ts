import type { Currency, DeviceView, RoomDetail, RoomView } from "#contract/api/views.ts";
import type { AgentState, DeviceState } from "#contract/messages/edge.ts";
import type { Nudge } from "#contract/messages/alert.ts";
import type { Evidence, RoomReadiness } from "#contract/messages/readiness.ts";
import type { CardDevice } from "#contract/messages/room.ts";
import { type Instant, instant, rfc3339 } from "#contract/units.ts";
import { type RoomPlan, windowOnWire } from "../planning/room-plan.ts";
import { given } from "../store/present.ts";

export interface RoomFacts {
  plan: RoomPlan;
  readiness: RoomReadiness | undefined;
  currency: Currency;
  /** The last word to those in the room. */
  nudge: Nudge | undefined;
  now: Instant;
}

/** A nudge while it holds. */
export const nudgeNow = (nudge: Nudge | undefined, now: Instant): Nudge | undefined =>
  nudge !== undefined && Date.parse(nudge.until) > now ? nudge : undefined;

/** The highest score of a room of which nothing certain is known (science: cap of a hard check that is unknown). */
const UNKNOWN_CAP = 59;

/** A room as boards show it. What the gateway said long ago is not shown as if it were so now; a blocker stays one. */
export function roomView({ plan, readiness, currency, nudge, now }: RoomFacts): RoomView {
  const { card } = plan;
  const maintenance = plan.windows.find((window) => window.start_ms <= now && window.end_ms > now);
  const next = plan.demos.find((demo) => demo.end_ms > now);
  const value = newestOf(readiness, card.devices);
  return {
    key: plan.key,
    site: plan.site,
    room: plan.room,
    name: card.name,
    floor: card.floor,
    zone: card.zone,
    seats: card.seats,
    capabilities: card.capabilities,
    currency,
    ...verdictShown(readiness, currency),
    ...given({
      at: readiness?.at,
      maintenance: maintenance === undefined ? undefined : windowOnWire(maintenance),
      temperature_c: numberOf(value("temperature_c")),
      co2_ppm: numberOf(value("co2_ppm")),
      occupied: booleanOf(value("occupied")),
      next_demo: next?.id,
      nudge: nudgeNow(nudge, now),
    }),
  };
}

function verdictShown(
  readiness: RoomReadiness | undefined,
  currency: Currency,
): Pick<RoomView, "outcome" | "score" | "sentence"> {
  if (readiness === undefined) return { outcome: "unknown", score: 0, sentence: "Waiting for the first verdict." };
  const { outcome, score, sentence } = readiness.now;
  if (currency === "live" || outcome === "not_ready" || outcome === "unknown") return { outcome, score, sentence };
  return {
    outcome: "unknown",
    score: Math.min(score, UNKNOWN_CAP),
    sentence: `No verdict since the last one, which was: ${sentence}`,
  };
}

const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
const booleanOf = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

/** The newest value of a metric that is known, from the devices that speak for the room. */
function newestOf(
  readiness: RoomReadiness | undefined,
  devices: readonly CardDevice[],
): (metric: string) => Evidence["value"] {
  const aside = new Set(devices.filter((device) => device.room_air === false).map((device) => device.device));
  const newest = new Map<string, Evidence>();
  for (const evidence of readiness?.evidence ?? []) {
    if (evidence.kind !== "known" || aside.has(evidence.device)) continue;
    const known = newest.get(evidence.metric);
    if (known === undefined || (evidence.at ?? "") > (known.at ?? "")) newest.set(evidence.metric, evidence);
  }
  return (metric) => newest.get(metric)?.value;
}

export interface DeviceSource {
  device(device: string): DeviceState | undefined;
  agent(agent: string): AgentState | undefined;
}

/** Everything about one room. */
export function roomDetail(facts: RoomFacts, source: DeviceSource): RoomDetail {
  const { plan, readiness } = facts;
  return {
    ...roomView(facts),
    ...given({ verdict: readiness?.now, score_hi: readiness?.now.score_hi }),
    card: plan.card,
    devices: plan.card.devices.map((device) => deviceView(device, readiness, source)),
    evidence: readiness?.evidence ?? [],
    findings: readiness?.findings ?? [],
    maintenance_windows: plan.windows.map(windowOnWire),
  };
}

function deviceView(card: CardDevice, readiness: RoomReadiness | undefined, source: DeviceSource): DeviceView {
  const state = source.device(card.device);
  const agentName = state?.agent ?? card.agent;
  const agent = agentName === undefined ? undefined : source.agent(agentName);
  const evidence = (readiness?.evidence ?? []).filter((one) => one.device === card.device);
  const lastSeen = evidence.reduce((newest, one) => Math.max(newest, Date.parse(one.at ?? "") || 0), 0);
  const told = state?.state ?? (evidence.some((one) => one.kind === "known") ? "online" : "unknown");
  const isUnreachable = agent?.state === "offline" || (evidence.length > 0 && evidence.every(isOutOfReach));
  return {
    device: card.device,
    name: card.name,
    kind: card.kind,
    state: told !== "offline" && isUnreachable ? "unreachable" : told,
    ...given({
      last_seen: lastSeen > 0 ? rfc3339(instant(lastSeen)) : undefined,
      model: state?.model,
      firmware: state?.firmware,
      error: state?.error?.text,
    }),
  };
}

const isOutOfReach = (evidence: Evidence): boolean => evidence.kind === "unreachable";
