import type { DemoInput } from "#contract/api/requests.ts";
import { parseRoomKey } from "#contract/ids.ts";
import { hours } from "#contract/units.ts";
import type { DemoDraft } from "../store/demos.ts";
import { given } from "../store/present.ts";
import type { TemplateRules } from "./template-rules.ts";
import { InputFaults, type InputFault } from "./input-faults.ts";

/** A visit that would last longer is a slip of the date. */
const LONGEST_DEMO = hours(24);
/** A client walks in at most this long before the start. */
const EARLIEST_ARRIVAL = hours(4);

export interface DraftContext {
  source: string;
  owner?: string;
  /** The rooms that exist. */
  rooms: { has(key: string): boolean };
  templates: TemplateRules;
  /** Who names a template, where one is named: a person unless said. */
  says?: "source" | "hand";
  /** What an event is filed under, by which a template is chosen. */
  categories?: readonly string[];
}

/** Turns what a person or a file says of a demo into what is stored. Throws every fault at once. */
export function demoDraft(input: DemoInput, context: DraftContext): DemoDraft {
  const faults: InputFault[] = [];
  const [start, end] = [Date.parse(input.start), Date.parse(input.end)];
  const arrival = input.arrival === undefined ? start : Date.parse(input.arrival);
  if (!context.rooms.has(input.room)) faults.push({ where: "room", why: `there is no room ${input.room}` });
  if (end <= start) faults.push({ where: "end", why: "must be after the start" });
  else if (end - start > LONGEST_DEMO) faults.push({ where: "end", why: "is more than 24 h after the start" });
  if (arrival >= end) faults.push({ where: "arrival", why: "must be before the end" });
  if (arrival < start - EARLIEST_ARRIVAL) faults.push({ where: "arrival", why: "is more than 4 h before the start" });
  const named = typeof input.template === "string" ? context.templates.find(input.template) : undefined;
  if (typeof input.template === "string" && named === undefined)
    faults.push({ where: "template", why: `there is no template ${input.template.slice(0, 64)}` });
  if (faults.length > 0) throw new InputFaults(faults);
  const { site, room } = parseRoomKey(input.room);
  const { title, account, host, target, value_eur, access } = input;
  const isNamed = input.template !== undefined;
  const { categories = [] } = context;
  const template = isNamed ? named : context.templates.choose({ title, categories });
  return {
    ...given({ account, host, target, value_eur, access, owner: context.owner, template }),
    template_by: isNamed ? (context.says ?? "hand") : "rule",
    site,
    room,
    title,
    start_ms: start,
    end_ms: end,
    arrival_ms: arrival,
    needs: input.needs ?? {},
    source: context.source,
  };
}
