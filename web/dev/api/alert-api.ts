import type { ReplyInput } from "#contract/api/requests.ts";
import { type Answer, type FixtureState, type Handlers, names, ok, refuse } from "./fixture-call.ts";

/** Alerts, and what people answer to them. */
export const alertApi: Handlers = {
  "GET alerts": ({ state, query }) =>
    ok(state.building.alerts.filter((a) => query.get("room") === null || a.rooms.includes(query.get("room") ?? ""))),
  "POST alerts": ({ state, parts, body, role }) => reply(state, parts[1] ?? "", body as ReplyInput, names[role]),
};

function reply(state: FixtureState, id: string, input: ReplyInput, by: string): Answer {
  const alert = state.building.alerts.find((a) => a.id === id);
  if (alert === undefined) return refuse(404, "NOT_FOUND", "This alert has been closed.");
  state.replies.push({ id, reply: input });
  const at = new Date(state.now()).toISOString();
  const assignee = input.reply === "assign" ? (input.assignee ?? by) : by;
  const words = { acknowledge: "acknowledged", assign: "assigned", snooze: "snoozed", resolve: "resolved" } as const;
  const next = {
    ...alert,
    at,
    status:
      input.reply === "snooze"
        ? ("snoozed" as const)
        : input.reply === "resolve"
          ? ("resolved" as const)
          : ("acknowledged" as const),
    ...(input.reply === "acknowledge" || input.reply === "assign" ? { assignee } : {}),
    ...(input.until === undefined ? {} : { snoozed_until: input.until }),
    history: [
      ...alert.history,
      {
        at,
        event: words[input.reply],
        by,
        ...(input.note === undefined ? {} : { note: input.note }),
        ...(input.found === undefined ? {} : { found: input.found }),
      },
    ],
  };
  const demos = state.building.demos
    .filter((demo) => demo.alerts.includes(id) && input.reply !== "snooze")
    .map((demo) => ({ ...demo, being_done: `${assignee.split(" ")[0]} took it just now` }));
  state.publish({ alerts: [next], demos });
  return ok({});
}
