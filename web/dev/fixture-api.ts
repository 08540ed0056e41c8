import type { IncomingMessage, ServerResponse } from "node:http";
import type { CalendarView } from "#contract/api/admin.ts";
import type { ClaimInput, UnclaimedView } from "#contract/api/claims.ts";
import type { Invite } from "#contract/api/enrolment.ts";
import type { LiveDelta } from "#contract/api/live.ts";
import type {
  AgentView,
  PromiseAnswer,
  PromiseInput,
  PromiseOption,
  RejectedView,
  ReplyInput,
} from "#contract/api/requests.ts";
import type { DemoChange, TemplateView } from "#contract/api/templates.ts";
import type { Role, RoomView } from "#contract/api/views.ts";
import { makeHistory } from "./sample-history.ts";
import type { Building } from "./sample-building.ts";
import { verdictAt, verdictHistory } from "./sample-past.ts";
import { makeFigures, makeReceipt, pastVisits } from "./sample-evidence.ts";
import { makeDetail } from "./sample-detail.ts";
import { makeUnclaimed } from "./sample-unclaimed.ts";

/** The REST side of the fixture server: the addresses of the real one, with fixed answers. */
export interface FixtureState {
  building: Building;
  now: () => number;
  sessions: Map<string, Role>;
  windows: { id: string; room: string; start: string; end: string; reason: string }[];
  agents: AgentView[] | undefined;
  unclaimed?: UnclaimedView[];
  /** What was given to rooms, and what was done with their devices. */
  claims: unknown[];
  templates: TemplateView[];
  replies: { id: string; reply: ReplyInput }[];
  publish: (change: Omit<LiveDelta, "type" | "seq" | "at">) => void;
}

interface Call {
  state: FixtureState;
  role: Role;
  query: URLSearchParams;
  parts: string[];
  body: unknown;
  text: string;
}
/** What is answered: a body, or a refusal. */
type Answer = { status: number; body?: unknown; cookie?: string };

const names: Readonly<Record<Role, string>> = {
  facilities: "Priya Nair",
  sales: "Sam Okafor",
  admin: "Robin Vos",
  viewer: "Lobby screen",
};
const CSRF = "fixture-csrf";
const ok = (body?: unknown): Answer => ({ status: body === undefined ? 204 : 200, body });
const refuse = (status: number, code: string, detail: string): Answer => ({
  status,
  body: { type: `/errors/${code}`, title: code, status, code, detail },
});

export async function answerApi(
  state: FixtureState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const isJson = (request.headers["content-type"] ?? "").includes("json");
  const body: unknown = text === "" || !isJson ? undefined : JSON.parse(text);
  const parts = url.pathname.replace("/api/v1/", "").split("/").map(decodeURIComponent);
  const answer = decide(state, request, { parts, query: url.searchParams, body, text });
  response.writeHead(answer.status, {
    "content-type": "application/json",
    ...(answer.cookie === undefined ? {} : { "set-cookie": answer.cookie }),
  });
  response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
}

function decide(state: FixtureState, request: IncomingMessage, asked: Omit<Call, "state" | "role">): Answer {
  const { parts, body } = asked;
  const method = request.method ?? "GET";
  if (parts[0] === "session" && method === "POST")
    return signIn(state, body as { password?: string; token?: string; email?: string });
  const session = /session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
  const role = state.sessions.get(session);
  if (role === undefined) return refuse(401, "SIGNED_OUT", "Nobody is signed in.");
  if (method !== "GET" && request.headers["x-csrf-token"] !== CSRF)
    return refuse(403, "NOT_ALLOWED", "The session's token is missing.");
  if (parts[0] === "session") {
    state.sessions.delete(session);
    return ok();
  }
  const handler = handlers[`${method} ${parts[0] ?? ""}`];
  return handler === undefined
    ? refuse(404, "NOT_FOUND", "There is no such address.")
    : handler({ ...asked, state, role });
}

function signIn(state: FixtureState, body: { password?: string; token?: string; email?: string }): Answer {
  const word = body.token?.split("-").at(-1) ?? (body.password === "greenroom" ? body.email?.split("@")[0] : undefined);
  const role = (["facilities", "sales", "admin", "viewer"] as const).find((r) => r === word);
  if (role === undefined)
    return body.token === undefined
      ? refuse(401, "NOT_ALLOWED", "E-mail or password is wrong.")
      : refuse(401, "NOT_ALLOWED", "This link has been used or has expired.");
  const id = `s${state.sessions.size + 1}`;
  state.sessions.set(id, role);
  return { status: 200, body: {}, cookie: `session=${id}; HttpOnly; SameSite=Strict; Path=/` };
}

const handlers: Readonly<Record<string, (call: Call) => Answer>> = {
  "GET me": ({ role }) => ok({ id: role, name: names[role], email: `${role}@example.com`, role, csrf: CSRF }),
  "GET rooms": ({ state, parts, query }) => {
    if (parts.length === 1) return ok(state.building.rooms);
    const key = `${parts[1]}/${parts[2]}`;
    if (parts[3] === "history") {
      const metrics = (query.get("metrics") ?? "").split(",");
      return ok(
        makeHistory(
          key,
          metrics,
          Date.parse(query.get("from") ?? ""),
          Date.parse(query.get("to") ?? ""),
          Number(query.get("points") ?? 300),
        ),
      );
    }
    if (parts[3] === "verdicts" || parts[3] === "verdict")
      return pastVerdicts(state.building, key, { now: state.now(), query, isOne: parts[3] === "verdict" });
    const detail = makeDetail(state.building, key, state.now());
    return detail === undefined ? refuse(404, "NOT_FOUND", `There is no room ${key}.`) : ok(detail);
  },
  "POST rooms": ({ state, parts, body }) => {
    if (parts[3] === "reset") return ok({ at: new Date(state.now()).toISOString() });
    if (parts[5] !== "move") return refuse(404, "NOT_FOUND", "There is no such address.");
    state.claims.push({ moved: parts.slice(1, 5), ...(body as object) });
    return ok({ room: (body as { to: string }).to, device: parts[4], name: parts[4] });
  },
  "GET figures": ({ state }) => ok(makeFigures(state.building, state.now())),
  "GET demos": ({ state, query, parts }) => {
    if (parts[2] === "receipt") {
      const receipt = makeReceipt(state.building, parts[1] ?? "", state.now());
      return receipt === undefined ? refuse(404, "NOT_FOUND", "There is no receipt of this visit.") : ok(receipt);
    }
    const from = Date.parse(query.get("from") ?? "");
    return ok([
      ...pastVisits(state.building, state.now()).filter((d) => Date.parse(d.end) > from),
      ...state.building.demos.filter((d) => query.get("room") === null || d.room_key === query.get("room")),
    ]);
  },
  "POST demos": ({ state, parts, body }) =>
    parts[2] === "move"
      ? move(state, parts[1] ?? "", (body as { room: string }).room)
      : parts[1] === "import"
        ? ok({
            added: 12,
            changed: 1,
            removed: 0,
            unchanged: 30,
            faults: [{ where: "line 14", why: "“25:00” is not a time" }],
          })
        : ok({ id: "demo-new" }),
  "PATCH demos": ({ state, parts, body }) => changeDemo(state, parts[1] ?? "", body as DemoChange),
  "DELETE demos": () => ok(),
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
  "GET alerts": ({ state, query }) =>
    ok(state.building.alerts.filter((a) => query.get("room") === null || a.rooms.includes(query.get("room") ?? ""))),
  "POST alerts": ({ state, parts, body, role }) => reply(state, parts[1] ?? "", body as ReplyInput, names[role]),
  "GET people": ({ state }) =>
    ok(
      Object.entries(names).map(([role, name]) => ({
        id: role,
        name,
        email: `${role}@example.com`,
        role,
        disabled: false,
        has_password: true,
        created_at: new Date(state.now()).toISOString(),
        revision: 1,
      })),
    ),
  "POST people": ({ body, state, parts }) =>
    parts.length === 3
      ? ok({
          url: "http://localhost/sign-in?token=fixture-token-sales",
          expires_at: new Date(state.now() + 900_000).toISOString(),
        })
      : ok(body),
  "PATCH people": () => ok({}),
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
  "GET unclaimed": ({ state }) => ok({ devices: (state.unclaimed ??= makeUnclaimed(state.now())), more: 0 }),
  "POST unclaimed": ({ state, body }) => {
    const claim = body as ClaimInput;
    if (claim.name === "taken") return refuse(409, "CONFLICT", "It is claimed by Cedar: move it from there");
    state.claims.push(claim);
    state.unclaimed = (state.unclaimed ?? []).filter(({ device }) => device !== claim.device);
    return ok({ room: claim.room, device: "air-2", name: claim.name });
  },
  "DELETE rooms": ({ state, parts }) => {
    state.claims.push({ released: parts.slice(1) });
    return ok();
  },
  "GET agents": ({ state }) => ok(agentsOf(state)),
  "POST agents": ({ state, parts, body }) => {
    if (parts[1] === "invite") return ok(invited(state, body as { agent: string; rooms: string[] }));
    const { agent, rooms } = body as { agent: string; rooms: string[] };
    if (agentsOf(state).some((a) => a.agent === agent))
      return refuse(409, "CONFLICT", `An agent ${agent} exists already.`);
    state.agents = [
      ...agentsOf(state),
      { agent, rooms, state: "never", created_at: new Date(state.now()).toISOString(), devices: 0 },
    ];
    return ok({ agent, key: "gr_a1_9tYw2kQm7xVb4LsNc8ZpRd" });
  },
  "DELETE agents": ({ state, parts }) => {
    state.agents = agentsOf(state).filter((a) => a.agent !== parts[1]);
    return ok();
  },
  "GET rejected": ({ state }) => ok(rejected(state.now())),
  "GET system": ({ state }) => ok(state.building.system),
  "POST promise": ({ state, body }) => ok(promise(state, body as PromiseInput)),
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

function pastVerdicts(
  building: Building,
  key: string,
  { now, query, isOne }: { now: number; query: URLSearchParams; isOne: boolean },
): Answer {
  if (!isOne)
    return ok(
      verdictHistory(building, key, now, Date.parse(query.get("from") ?? ""), Date.parse(query.get("to") ?? "")),
    );
  const then = verdictAt(building, key, now, Date.parse(query.get("at") ?? ""));
  return then === undefined ? refuse(404, "NOT_FOUND", "nothing was taken down then") : ok(then);
}

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

function changeDemo(state: FixtureState, id: string, change: DemoChange): Answer {
  const demo = state.building.demos.find((one) => one.id === id);
  if (demo === undefined) return refuse(404, "NOT_FOUND", `There is no demo ${id}.`);
  const { template: _, template_name: __, access: ___, ...rest } = demo;
  const template = state.templates.find((one) => one.id === change.template);
  const own = change.needs ?? demo.own_needs ?? {};
  const next: Building["demos"][number] = {
    ...rest,
    own_needs: own,
    needs: { ...template?.needs, ...own },
    ...(template === undefined ? {} : { template: template.id, template_name: template.name }),
    ...(typeof change.access === "string" ? { access: change.access } : {}),
  };
  state.publish({ demos: [next] });
  return ok(next);
}

/** Puts a visit into another room, unless a visit is there already. */
function move(state: FixtureState, id: string, to: string): Answer {
  const { demos, rooms, alerts } = state.building;
  const demo = demos.find((one) => one.id === id);
  const room = rooms.find((one) => one.key === to);
  if (demo === undefined || room === undefined) return refuse(404, "NOT_FOUND", `There is no room ${to}.`);
  const other = demos.find((one) => one.room_key === to && one.start < demo.end && one.end > demo.start);
  if (other !== undefined) return refuse(409, "ROOM_TAKEN", `${room.name} has another visit then; choose another room`);
  const from = demo.moved_from ?? demo.room_key;
  const { moved_from: _, readiness: __, ...rest } = demo;
  const moved: Building["demos"][number] = {
    ...rest,
    room_key: room.key,
    room_name: room.name,
    floor: room.floor,
    status: "unknown",
    sentence: "Not judged yet.",
    alerts: [],
    ...(from === to ? {} : { moved_from: from }),
  };
  state.publish({ demos: [moved], gone: { alerts: alerts.filter((one) => one.demo === id).map((one) => one.id) } });
  return ok({ demo: moved, displaced: [] });
}

function windowsOf(state: FixtureState): FixtureState["windows"] {
  if (state.windows.length === 0)
    for (const room of state.building.rooms)
      if (room.maintenance !== undefined) state.windows.push({ room: room.key, ...room.maintenance });
  return state.windows;
}

const invited = (state: FixtureState, { agent, rooms }: { agent: string; rooms: string[] }): Invite => ({
  agent,
  rooms,
  code: "7KQP-2M9X-HHTD-4RWC-9ZEV",
  expires_at: new Date(state.now() + 30 * 60_000).toISOString(),
});

function agentsOf(state: FixtureState): AgentView[] {
  const at = (back: number): string => new Date(state.now() - back * 60_000).toISOString();
  const rooms = state.building.rooms.map((room) => room.key);
  state.agents ??= [
    {
      agent: "pi-12f",
      rooms: rooms.slice(0, 8),
      state: "online",
      since: at(4_300),
      created_at: at(90_000),
      devices: 31,
      waiting: 0,
      dropped: 0,
    },
    {
      agent: "pi-11f",
      rooms: rooms.slice(8, 16),
      state: "online",
      since: at(1_200),
      created_at: at(90_000),
      devices: 28,
      waiting: 0,
      dropped: 0,
    },
    {
      agent: "pi-10f",
      rooms: rooms.slice(16, 24),
      state: "offline",
      since: at(22),
      created_at: at(90_000),
      devices: 30,
      waiting: 412,
      dropped: 0,
    },
    { agent: "spare", rooms: rooms.slice(0, 1), state: "never", created_at: at(60), devices: 0 },
  ];
  return state.agents;
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

const rejected = (now: number): RejectedView[] => [
  {
    id: 3,
    at: new Date(now - 240_000).toISOString(),
    topic: "greenroom/v1/harbour-house/orchid/air-2/reading",
    code: "BAD_UNIT",
    where: "metrics.temperature_f",
    why: "use temperature_c",
    sender: "pi-10f",
    payload: '{"at":"2026-11-24T07:37:00.000Z","metrics":{"temperature_f":70.2}}',
    count: 118,
  },
  {
    id: 2,
    at: new Date(now - 1_500_000).toISOString(),
    topic: "greenroom/v1/harbour-house/lotus/air-1/reading",
    code: "BAD_JSON",
    where: "payload",
    why: "Unexpected end of JSON input",
    sender: "pi-11f",
    payload: '{"at":"2026-11-24T07:16:',
    count: 1,
  },
  {
    id: 1,
    at: new Date(now - 3_100_000).toISOString(),
    topic: "greenroom/v1/harbour-house/jade/codec-1/reading",
    code: "BAD_TIME",
    where: "at",
    why: "is 3 days in the future",
    payload: '{"at":"2026-11-27T07:00:00.000Z","metrics":{"registered":true}}',
    count: 2,
  },
];

function promise(state: FixtureState, input: PromiseInput): PromiseAnswer {
  const people = input.needs.people ?? 0;
  const wanted = input.needs.capabilities ?? [];
  const option = (room: RoomView, index: number): PromiseOption => {
    const fits = room.seats >= people && wanted.every((capability) => room.capabilities.includes(capability));
    const start = Date.parse(input.start);
    const clash = state.building.demos.find(
      (d) => d.room_key === room.key && Date.parse(d.start) < Date.parse(input.end) && Date.parse(d.end) > start,
    );
    const base = room.outcome === "ready" ? 0.985 - index * 0.004 : room.outcome === "degraded" ? 0.9 : 0.62;
    const p = fits && clash === undefined ? base : 0;
    return {
      room,
      answer: p >= 0.95 ? "yes" : p >= 0.8 ? "likely" : p >= 0.5 ? "uncertain" : "no",
      p_ready: p,
      basis: index % 5 === 4 ? "prior" : "learned",
      reason: !fits
        ? room.seats < people
          ? `Seats ${room.seats}, you need ${people}.`
          : "Has no video call."
        : clash === undefined
          ? room.outcome === "ready"
            ? `${40 + index} of the last ${41 + index} visits here started ready.`
            : room.sentence
          : `Taken by ${clash.account ?? "a visit"} at that time.`,
      to_do: p >= 0.95 && index % 3 === 0 ? ["Set the display input"] : [],
      fits,
      free: clash === undefined,
    };
  };
  const rooms = state.building.rooms.slice(0, 24);
  const all = rooms.map(option);
  const asked = all.find((o) => o.room.key === input.room);
  const options = all.filter((o) => o !== asked && o.fits && o.free).toSorted((a, b) => b.p_ready - a.p_ready);
  return {
    at: new Date(state.now()).toISOString(),
    options: options.slice(0, 3),
    ...(asked === undefined ? {} : { asked }),
  };
}
