import type { WhatIfInput, WhatIfView } from "#contract/api/what-if.ts";
import type { AlertView } from "#contract/api/views.ts";
import { type FixtureState, type Handlers, ok, refuse } from "./fixture-call.ts";

const MINUTE = 60_000;
/** A look is running when it is asked, and done when it is looked at for the second time. */
const looks = new WeakMap<FixtureState, { view: WhatIfView; times: number }>();

/** The past through today's rules. */
export const whatIfApi: Handlers = {
  "POST what-if": ({ state, body }) => {
    const input = body as WhatIfInput;
    if (Date.parse(input.to) - Date.parse(input.from) > 7 * 86_400_000 + 1)
      return refuse(400, "INPUT_INVALID", "the span is longer than 7 days: greenroom what-if takes any");
    const view: WhatIfView = {
      ...input,
      id: "look-1",
      site: "harbour-house",
      state: "running",
      asked_at: new Date(state.now()).toISOString(),
      by: "Priya Nair",
      progress: 0.2,
    };
    looks.set(state, { view, times: 0 });
    return ok(view);
  },
  "GET what-if": ({ state, parts }) => {
    const look = looks.get(state);
    if (parts.length === 1) return ok(look === undefined ? [] : [{ ...look.view, answer: undefined }]);
    if (look === undefined) return refuse(404, "NOT_FOUND", "that look at the past is no longer known: ask again");
    look.times += 1;
    if (look.view.state === "running" && look.times > 1) look.view = done(state, look.view);
    else if (look.view.state === "running") look.view = { ...look.view, progress: 0.6 };
    return ok(look.view);
  },
  "DELETE what-if": ({ state }) => {
    const look = looks.get(state);
    if (look !== undefined) look.view = { ...look.view, state: "failed", text: "It was called off." };
    return ok();
  },
};

/** The alerts of today as if they were of that span: some told earlier than then, some only then or only now. */
function done(state: FixtureState, view: WhatIfView): WhatIfView {
  const back = Math.ceil((state.now() - Date.parse(view.to)) / 86_400_000) * 86_400_000;
  const at = (text: string, minutes = 0): string => new Date(Date.parse(text) - back + minutes * MINUTE).toISOString();
  const alerts = state.building.alerts.map((alert, index) => ({
    id: alert.id,
    room_key: alert.room_key,
    room_name: alert.room_name,
    floor: alert.floor,
    zone: alert.zone,
    cause: alert.cause,
    title: alert.title,
    sentence: alert.sentence,
    visits: visitsOf(alert, at),
    ...(index === 2
      ? {}
      : { by_these_rules: { raised_at: at(alert.raised_at), act_by: at(alert.act_by), p_ready: alert.p_ready } }),
    ...(index % 2 === 0 ? { as_it_was: { raised_at: at(alert.raised_at, index * 7), act_by: at(alert.act_by) } } : {}),
  }));
  const messages = alerts.flatMap(({ id, title, sentence, by_these_rules: today }, index) =>
    today === undefined
      ? []
      : ["facilities", ...(index === 0 ? ["lead"] : [])].map((to) => ({
          at: today.raised_at,
          to,
          event: "raised",
          alert: id,
          title,
          sentence,
        })),
  );
  const held = { "demo-running": 4, "same-root-cause": 2 };
  const answer = { rooms: 24, readings: 413_220, visits: 13, alerts, messages, more: 0, held };
  return { ...view, state: "done", progress: 1, answer };
}

const visitsOf = ({ demo, demo_title, arrival }: AlertView, at: (text: string) => string) =>
  demo === undefined || arrival === undefined ? [] : [{ demo, title: demo_title ?? "", arrival: at(arrival) }];
