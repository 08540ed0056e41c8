import type { ClaimInput } from "#contract/api/claims.ts";
import type { Invite } from "#contract/api/enrolment.ts";
import type { AgentView, RejectedView } from "#contract/api/requests.ts";
import { makeUnclaimed } from "../sample-unclaimed.ts";
import { type FixtureState, type Handlers, names, ok, refuse } from "./fixture-call.ts";

/** Greenroom itself: people, agents, devices that wait, what was refused. */
export const systemApi: Handlers = {
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
  "GET unclaimed": ({ state }) => ok({ devices: (state.unclaimed ??= makeUnclaimed(state.now())), more: 0 }),
  "POST unclaimed": ({ state, body }) => {
    const claim = body as ClaimInput;
    if (claim.name === "taken") return refuse(409, "CONFLICT", "It is claimed by Cedar: move it from there");
    state.claims.push(claim);
    state.unclaimed = (state.unclaimed ?? []).filter(({ device }) => device !== claim.device);
    return ok({ room: claim.room, device: "air-2", name: claim.name });
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
};

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
    {
      agent: "air-9",
      rooms: rooms.slice(3, 4),
      state: "never",
      created_at: at(4_000),
      seen_at: at(12),
      devices: 0,
    },
    { agent: "spare", rooms: rooms.slice(0, 1), state: "never", created_at: at(60), devices: 0 },
  ];
  return state.agents;
}

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
