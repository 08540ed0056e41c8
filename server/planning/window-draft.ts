import type { MaintenanceInput } from "#contract/api/requests.ts";
import { parseRoomKey } from "#contract/ids.ts";
import { hours } from "#contract/units.ts";
import type { MaintenanceDraft } from "../store/maintenance.ts";
import { InputFaults, type InputFault } from "./input-faults.ts";

const LONGEST_WINDOW = hours(24 * 366);

/** Turns what a person says of a maintenance window into what is stored. Throws every fault at once. */
export function windowDraft(
  input: MaintenanceInput,
  context: { by: string; rooms: { has(key: string): boolean } },
): MaintenanceDraft {
  const faults: InputFault[] = [];
  const [start, end] = [Date.parse(input.start), Date.parse(input.end)];
  if (!context.rooms.has(input.room)) faults.push({ where: "room", why: `there is no room ${input.room}` });
  if (end <= start) faults.push({ where: "end", why: "must be after the start" });
  else if (end - start > LONGEST_WINDOW) faults.push({ where: "end", why: "is more than a year after the start" });
  if (faults.length > 0) throw new InputFaults(faults);
  return { ...parseRoomKey(input.room), start_ms: start, end_ms: end, reason: input.reason, created_by: context.by };
}
