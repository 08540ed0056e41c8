import { makeDetail } from "../sample-detail.ts";
import { makeFigures } from "../sample-evidence.ts";
import { makeHistory } from "../sample-history.ts";
import { verdictAt, verdictHistory } from "../sample-past.ts";
import type { Building } from "../sample-building.ts";
import { type Answer, type Handlers, ok, refuse } from "./fixture-call.ts";

/** Rooms, their past, and what they are measured by. */
export const roomApi: Handlers = {
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
  "DELETE rooms": ({ state, parts }) => {
    state.claims.push({ released: parts.slice(1) });
    return ok();
  },
  "GET figures": ({ state }) => ok(makeFigures(state.building, state.now())),
};

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
