import type { PromiseAnswer, PromiseInput, PromiseOption } from "#contract/api/requests.ts";
import type { DemoChange } from "#contract/api/templates.ts";
import type { RoomView } from "#contract/api/views.ts";
import type { Building } from "../sample-building.ts";
import { makeReceipt, pastVisits } from "../sample-evidence.ts";
import { type Answer, type FixtureState, type Handlers, ok, refuse } from "./fixture-call.ts";

/** Visits, and what can be promised. */
export const visitApi: Handlers = {
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
  "POST promise": ({ state, body }) => ok(promise(state, body as PromiseInput)),
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
