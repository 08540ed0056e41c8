import type { Call } from "../policies/policy.ts";
import { type Scored, scoredVisits } from "../score/score-policy.ts";
import { DAY_MIN } from "../world/faults.ts";
import type { World } from "../world/world.ts";
import type { Doom, Played } from "./run-world.ts";

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(Math.floor(minute) % 60).padStart(2, "0")}`;

interface Story {
  world: World;
  policy: string;
  doom: Doom;
  played: Played;
  named: Scored["named"];
}

/** Lists each visit that would have failed and still did in its room, with what there was to see and what was said when; then the calls for nothing. */
export function explainPolicy({ world, policy, doom, played, named }: Story): string[] {
  const lines: string[] = [];
  for (const visit of scoredVisits(world)) {
    const before = doom.get(visit.id) ?? [];
    const now = played.flaws.get(visit.id) ?? [];
    if (now.length === 0) continue;
    const told = (named.get(visit.id) ?? []).map(({ call, at }) => said(call, at, visit.day * DAY_MIN + visit.arrival));
    const all = played.calls
      .filter((call) => call.visits.has(visit.id))
      .map((call) => said(call, call.at, visit.day * DAY_MIN + visit.arrival));
    const moved = played.moved.get(visit.id);
    lines.push(
      [
        `seed ${world.seed} ${policy} ${visit.id} ${clock(visit.arrival)}${visit.call ? " call" : ""}`,
        `untouched: ${before.join("+") || "fine"}; now: ${now.join("+")}`,
        `faults: ${faultsOf(world, visit.room, visit.day * DAY_MIN + visit.arrival).join(", ") || "none"}`,
        visit.before === undefined
          ? ""
          : `meeting before ends ${clock(visit.before.end)}, left ${clock(visit.before.leaves)}`,
        `said: ${(told.length > 0 ? told : all).join("; ") || "nothing"}`,
        moved === undefined ? "" : `moved to r${moved.room}${moved.did ? "" : ", which was not ready either"}`,
      ]
        .filter((part) => part !== "")
        .join(" | "),
    );
  }
  const right = new Set([...named.values()].flatMap((list) => list.map(({ call }) => call)));
  for (const call of played.calls)
    if (!right.has(call))
      lines.push(
        `seed ${world.seed} ${policy} for nothing${call.isNudge ? " (nudge)" : ""}: d${Math.floor(call.at / DAY_MIN)} ${clock(call.at % DAY_MIN)} r${call.room} ${call.cause} for ${[...call.visits.keys()].join(", ") || "no visit"} | faults: ${faultsOf(world, call.room, call.at).join(", ") || "none"}`,
      );
  return lines;
}

const said = (call: Call, at: number, arrival: number): string =>
  `${call.isNudge ? "nudge " : ""}${call.cause} ${Math.round(arrival - at)} min before`;

/** What was or had been wrong around then: kind, begin and natural end relative to that moment. */
function faultsOf(world: World, room: number, at: number): string[] {
  const floor = world.rooms[room]?.floor ?? -1;
  return world.faults
    .filter(
      (fault) => (fault.room === room || fault.floors.includes(floor)) && fault.start <= at && fault.end > at - 30,
    )
    .map((fault) => `${fault.kind} ${Math.round(fault.start - at)}..${Math.round(fault.end - at)}`);
}
