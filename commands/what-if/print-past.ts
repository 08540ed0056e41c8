import type { NoticeEvent } from "#gateway/alerts/notifier.ts";
import type { AlertThen, PastResult } from "./run-past.ts";
import type { ToldMessage } from "./recording-notifier.ts";

const EVENTS: Readonly<Record<NoticeEvent, string>> = {
  raised: "told",
  reopened: "told again",
  woken: "reminded after a snooze",
  lead: "lead told",
  past_act_by: "too late for the room",
  offer_move: "another room offered",
  resolved: "told that it is over",
  daily_list: "daily list",
};

/** What would have been told, line by line, and how that differs from what was. */
export function* printPast(result: PastResult): Generator<string> {
  const zone = result.messages[0]?.zone ?? "UTC";
  yield `${clock(result.from, zone, true)} to ${clock(result.to, zone, true)} (${zone}): ${result.rooms} rooms, ${result.visits} visits, ${result.readings} readings.`;
  yield "";
  if (result.messages.length === 0) yield "Nobody would have been told anything.";
  for (const message of result.messages) yield* messageLines(message);
  const onlyThen = result.alerts.filter((alert) => alert.by_these_rules === undefined);
  const onlyToday = result.alerts.filter((alert) => alert.as_it_was === undefined);
  const both = result.alerts.filter((alert) => alert.by_these_rules !== undefined && alert.as_it_was !== undefined);
  yield "";
  const told = new Set(result.messages.map(({ alert }) => alert)).size;
  yield `${counted(result.messages.length, "message")} about ${counted(told, "alert")}. Raised then too: ${both.length}; only by these rules: ${onlyToday.length}; only then: ${onlyThen.length}.`;
  for (const alert of onlyThen) yield `Raised then, not by these rules: ${describe(alert, zone)}`;
  for (const alert of both) {
    const moved =
      (Date.parse(alert.by_these_rules?.raised_at ?? "") - Date.parse(alert.as_it_was?.raised_at ?? "")) / 60_000;
    if (Math.abs(moved) >= 1)
      yield `${Math.abs(Math.round(moved))} min ${moved < 0 ? "earlier" : "later"} than then: ${describe(alert, zone)}`;
  }
  const held = Object.entries(result.held).map(([reason, count]) => `${reason} ${count}`);
  if (held.length > 0) yield `Held back: ${held.join(", ")}.`;
}

/** What is over needs no more than its title, which names the room, the cause and for whom. */
function* messageLines({ at, to, event, title, sentence, act_by, zone }: ToldMessage): Generator<string> {
  yield `${clock(at, zone, true)}  ${to.padEnd(10)}  ${EVENTS[event]}: ${title}`;
  if (event !== "resolved") yield `${" ".repeat(30)}${sentence} Act by ${clock(act_by, zone)}.`;
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

const describe = ({ room, title, visits }: AlertThen, zone: string): string =>
  `${room}, ${title}${visits[0] === undefined ? "" : ` (${visits[0].title} at ${clock(visits[0].arrival, zone)})`}`;

function clock(text: string, zone: string, withDay = false): string {
  const at = Temporal.Instant.from(text).toZonedDateTimeISO(zone);
  const time = at.toPlainTime().toString({ smallestUnit: "minute" });
  return withDay ? `${at.toPlainDate().toString()} ${time}` : time;
}
