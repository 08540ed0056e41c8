import type { CalendarView } from "#contract/api/admin.ts";
import type { TemplateView } from "#contract/api/templates.ts";
import { type FixtureState, type Handlers, ok, refuse } from "./fixture-call.ts";

/** What is planned: templates of needs, maintenance, calendars. */
export const planApi: Handlers = {
  "GET templates": ({ state }) => ok(state.templates),
  "POST templates": ({ state, body }) => {
    const made = { ...emptyTemplate, ...(body as Partial<TemplateView>) };
    const template = { ...made, id: made.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-") };
    if (state.templates.some(({ id }) => id === template.id))
      return refuse(409, "CONFLICT", `there is a template ${template.id} already`);
    state.templates.push(template);
    return ok(template);
  },
  "PUT templates": ({ state, parts, body }) => {
    const index = state.templates.findIndex(({ id }) => id === parts[1]);
    const known = state.templates[index];
    if (known === undefined) return refuse(404, "NOT_FOUND", "There is no such template.");
    state.templates[index] = { ...known, ...(body as Partial<TemplateView>) };
    return ok(state.templates[index]);
  },
  "DELETE templates": ({ state, parts }) => {
    const used = state.templates.find(({ id }) => id === parts[1]);
    if ((used?.visits ?? 0) > 0)
      return refuse(
        409,
        "CONFLICT",
        `${used?.visits} coming visits use ${used?.name}: give them another template first`,
      );
    state.templates = state.templates.filter(({ id }) => id !== parts[1]);
    return ok();
  },
  "GET maintenance": ({ state }) => ok(windowsOf(state)),
  "POST maintenance": ({ state, body }) => {
    state.windows.push({
      id: `mw-${state.windows.length + 10}`,
      ...(body as Omit<FixtureState["windows"][number], "id">),
    });
    return ok({});
  },
  "DELETE maintenance": ({ state, parts }) => {
    state.windows = windowsOf(state).filter((w) => w.id !== parts[1]);
    return ok();
  },
  "GET calendars": ({ state }) => ok(calendars(state.now())),
  "POST calendars": () => ok({}),
  "PUT calendars": ({ state, body }) =>
    ok({
      calendar: { ...calendars(state.now())[0], ...(body as object) },
      report: { added: 9, changed: 0, removed: 0, unchanged: 0, faults: [] },
    }),
  "DELETE calendars": () => ok(),
};

const emptyTemplate: TemplateView = {
  id: "",
  name: "",
  needs: {},
  words: [],
  is_default: false,
  visits: 0,
  editable: true,
  revision: 1,
};

function windowsOf(state: FixtureState): FixtureState["windows"] {
  if (state.windows.length === 0)
    for (const room of state.building.rooms)
      if (room.maintenance !== undefined) state.windows.push({ room: room.key, ...room.maintenance });
  return state.windows;
}

const calendars = (now: number): CalendarView[] => [
  {
    name: "sales",
    url: "https://calendar.example.com/sales.ics",
    demo_marker: "demo",
    refresh_min: 15,
    state: "ok",
    succeeded_at: new Date(now - 300_000).toISOString(),
    events: 214,
    faults: [],
  },
  {
    name: "harbour",
    room: "harbour-house/harbour",
    refresh_min: 60,
    state: "failing",
    succeeded_at: new Date(now - 86_400_000).toISOString(),
    events: 41,
    faults: [{ where: "line 118", why: "the event has no start" }],
  },
];
