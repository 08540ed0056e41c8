import { readFileSync } from "node:fs";
import type { RoomCard } from "#contract/messages/room.ts";
import { instant } from "#contract/units.ts";
import { type AlertPolicy, defaultPolicy } from "#gateway/alerts/policy.ts";
import { causeKinds, remediesOf } from "#gateway/forecast/remedies.ts";
import type { Ask, Check } from "#gateway/readiness/check.ts";
import { checksWith } from "#gateway/readiness/checks.ts";
import type { ComfortCheck } from "#gateway/readiness/comfort-check.ts";
import { GEAR_DWELL } from "#gateway/readiness/gear-check.ts";
import { bandOf, bandText } from "#gateway/readiness/limits.ts";
import { OCCUPANCY_DWELL } from "#gateway/readiness/occupancy.ts";
import { visitOf } from "#gateway/readiness/visit.ts";
import type { RoomState } from "#gateway/rooms/room-state.ts";

/** A visit that needs everything, in a room that has everything: each check then says what it requires. */
const ask: Ask = {
  card: { name: "", floor: "", zone: "Europe/Berlin", seats: 8, capabilities: [], devices: [] } satisfies RoomCard,
  visit: undefined,
  needs: { people: 8, capabilities: ["display", "video_call", "audio"] },
  windows: [],
};
const device = { device: "x", card: { device: "x", name: "x", kind: "codec" }, slots: new Map() };
const room = {
  ofKind: () => [device],
  offers: () => true,
  tellersOf: () => [device],
  slotsOf: () => [],
  ranked: [],
  slots: [device],
} as unknown as RoomState;
const NOON = { winter: instant(Date.UTC(2026, 0, 15, 12)), summer: instant(Date.UTC(2026, 6, 15, 12)) };
const SPRING = instant(Date.UTC(2026, 4, 15, 12));

const at = "2026-01-15T12:00:00.000Z";
const needs = { ...ask.needs, reset_visit: true };
const visit = visitOf({ id: "x", title: "x", start: at, end: at, arrival: at, needs, access: "arranged" }, []);
const { target } = visit;

const checks = checksWith(() => []);
const isComfort = (check: Check): check is ComfortCheck => "comfort" in check;
const min = (ms: number): string => (ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`);

/** The comment of a check is its page. */
function commentOf({ id }: Check): string {
  const source = readFileSync(new URL(`../gateway/readiness/${id.replaceAll("_", "-")}.ts`, import.meta.url), "utf8");
  const name = id.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const head = source.slice(0, source.search(new RegExp(`export (const|function) ${name}\\b`)));
  const [, comment = ""] = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*$/.exec(head) ?? [];
  const text = comment.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim();
  if (text !== "") return text;
  const [, any] = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*export/.exec(source) ?? [];
  if (any === undefined) throw new Error(`${id} has no comment that says what it is`);
  return any.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim();
}

function kindOf(check: Check): string {
  const required = check.require(ask, room, NOON.winter) ?? check.require({ ...ask, visit, needs }, room, NOON.winter);
  if (required === undefined) throw new Error(`${check.id} is not required by a visit that needs everything`);
  if (required.hard) return "hard";
  return required.blocksWhenNotReady === true ? "soft, hard when not ready" : "soft";
}

function comfortRows(): string[] {
  return checks.filter(isComfort).flatMap(({ comfort }) => {
    const { metric, unit, digits, hysteresis, differenceUnit, dwell } = comfort;
    const says = (band: readonly [number, number]): string => bandText(band, unit, (n) => n.toFixed(digits));
    const row = (name: string, at: typeof SPRING): string => {
      const { ready, usable } = bandOf(metric, ask, at);
      return `| ${name} | ${says(ready)} | ${says(usable)} | ${hysteresis} ${differenceUnit} | ${min(dwell.enter)} / ${min(dwell.leave)} |`;
    };
    if (metric !== "temperature_c") return [row(`\`${metric}\``, NOON.winter)];
    return [
      row(`\`${metric}\`, heating`, NOON.winter),
      row(`\`${metric}\`, cooling`, NOON.summer),
      row(`\`${metric}\`, between`, SPRING),
    ];
  });
}

function remedyRows(): string[] {
  return causeKinds.flatMap((cause) =>
    remediesOf(cause, ask.card).map(
      ({ remedy, label, duration: { p50_min, p90_min } }, i) =>
        `| ${i === 0 ? `\`${cause}\`` : ""} | \`${remedy}\` | ${label} | ${p50_min} | ${p90_min} |`,
    ),
  );
}

/** What each number of the alert policy is for; a new one does not compile without its words. */
const POLICY: Readonly<Record<keyof AlertPolicy, string>> = {
  guard: "Before act-by, a risk is told from here on even when it is not sure; a snooze ends here at the latest",
  sureRisk: "A risk this high is told early …",
  sustained: "… once it has lasted this long …",
  sureWithin: "… from so long before act-by on; before that waiting still teaches",
  certainRisk: "A risk this high is told at once, however far away: only people can change it",
  riskToRaise: "Risk from which a cause is worth an alert, by kind of cause",
  riskToRaiseElse: "The same for every other cause",
  leaveShare: "A cause counts as gone below this share of the risk that raises it",
  parentHold: "Silence is held back this long and two reports more, so that what took the device along is heard first",
  longestReport: "Those reports are taken as no further apart than this",
  nudge:
    "The room's own panel asks first, by kind of cause: so long to help, and until so long before act-by where that is later; that share of it is taken to be done then",
  holdDown: "How long a cause must be gone before its alert is resolved; doubled with each reopening …",
  holdDownMost: "… up to this",
  trustInReply: "After a person said resolved, the cause may persist this long before the alert reopens …",
  trustInAir: "… and this long where air must warm up or clear",
  trustInNothing: "After a person found nothing wrong: this long in any case, and then until something new begins",
  contradictRisk: "Against a person's word it takes a risk of this …",
  contradictRiskInAir: "… and of this where air must warm up or clear: what helps it may not be enough, or wear off",
  reopenWithin: "The same cause within this time reopens the alert",
  closeAfter: "A resolved alert stays on the wire this long after its visit",
  urgentAnswer: "Without an answer the lead is told after half of the time left; for priority 1 after this at most",
  shortestAnswer: "The shortest time that anybody is given; also the wait after a message that may not have arrived",
  offerMove: "So long before arrival another room is kept in case, and offered where only that helps",
  moveNeeds: "So long a visit needs to go to another room: nearer to arrival that gains nothing",
  budget: "Messages to one contact: those of most use first, those of one floor together; priority 1 is exempt",
  retry: "A message that failed is tried again: first, at most, and how often before the lead is told",
  quietChange: "A figure that nobody needs at once is published no more often than this",
  restoreGrace: "After a restart, the wait for a room's first judgement",
};

const isSpan = (key: string): boolean =>
  !["sureRisk", "certainRisk", "contradictRisk", "contradictRiskInAir", "riskToRaiseElse", "leaveShare"].includes(key);

function policyValue(key: keyof AlertPolicy): string {
  const value = defaultPolicy[key];
  if (typeof value === "number") return isSpan(key) ? min(value) : String(value);
  if (key === "budget")
    return `${defaultPolicy.budget.messages} in ${min(defaultPolicy.budget.per)}, then one in ${min(defaultPolicy.budget.every)}`;
  if (key === "retry") {
    const { first, most, beforeLead } = defaultPolicy.retry;
    return `${min(first)}, ${min(most)}, ${beforeLead} times`;
  }
  if (key === "nudge") {
    return Object.entries(defaultPolicy.nudge)
      .map(
        ([cause, { helpsWithin, beforeActBy, works }]) => `${cause} ${min(helpsWithin)}, ${min(beforeActBy)}, ${works}`,
      )
      .join("; ");
  }
  return Object.entries(defaultPolicy.riskToRaise)
    .map(([cause, risk]) => `${cause} ${risk}`)
    .join(", ");
}

/** The reference page of checks, limits, remedies and alert policy, from the gateway's own tables. */
export function readinessPage(): string {
  const total = checks.map((check) => `| \`${check.id}\` | ${check.weight} | ${kindOf(check)} | ${commentOf(check)} |`);
  const policy = (Object.keys(POLICY) as (keyof AlertPolicy)[]).map(
    (key) => `| \`${key}\` | ${policyValue(key)} | ${POLICY[key]} |`,
  );
  return `
# Readiness: the numbers

How they work together is told in [readiness](../readiness.md).

## Checks

Weights are relative: those of the checks that a visit requires are scaled to 100. For a visit with a video call:

| check | weight | kind | what it wants |
|---|---|---|---|
${total.join("\n")}

## Limits of comfort

What a demo needs rules, then what the room card says (\`comfort\`), then these. To leave a worse state a value must come in by the hysteresis.

| metric | ready | usable | hysteresis | to worse / to better |
|---|---|---|---|---|
${comfortRows().join("\n")}

Gear must be bad for ${min(GEAR_DWELL.enter)} to count, and good for ${min(GEAR_DWELL.leave)}. People in or out count after ${min(OCCUPANCY_DWELL.enter)}.
A visit wants P(ready at arrival) ≥ ${target} unless it says otherwise (\`target\`).

## Remedies

By kind of cause, in the order to try them. Minutes: median and 90th percentile, everything included but the time the room's air itself needs. A room
card's \`remedies\` replaces a duration by its id.

| cause | remedy | what it is | median | 90 % |
|---|---|---|---|---|
${remedyRows().join("\n")}

## Alerts

| key | value | what it is for |
|---|---|---|
${policy.join("\n")}
`;
}
