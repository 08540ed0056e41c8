import { roomKey } from "#contract/ids.ts";
import type { DemoDraft, DemoRecord } from "../store/demos.ts";
import { given } from "../store/present.ts";

/**
 * What becomes of a demo when its source speaks again. The source speaks for what it says; what it is silent about (needs,
 * account, value, who is let in) stays as people have written it, and so do a template and a room that a person has chosen:
 * the room until the source itself names another one.
 */
export function mergedDraft(known: DemoRecord, draft: DemoDraft): DemoDraft {
  const { id: _, key: __, revision: ___, updated_ms: ____, asked: _____, ...kept } = known;
  const isSilentOfArrival = draft.arrival_ms === draft.start_ms;
  const arrival_ms = isSilentOfArrival ? draft.start_ms + (known.arrival_ms - known.start_ms) : draft.arrival_ms;
  const needs = Object.keys(draft.needs).length === 0 ? known.needs : draft.needs;
  const { template: ______, template_by: _______, moved_from: ________, ...told } = { ...kept, ...draft };
  return { ...told, arrival_ms, needs, ...templateOf(known, draft), ...placeOf(known, draft) };
}

function templateOf(known: DemoRecord, draft: DemoDraft): Pick<DemoDraft, "template" | "template_by"> {
  const { template, template_by } = draft.template_by !== "source" && known.template_by === "hand" ? known : draft;
  return given({ template, template_by });
}

/** Where a demo is: where somebody has moved it, as long as its source still says what it said then. */
function placeOf(known: DemoRecord, draft: DemoDraft): Pick<DemoDraft, "site" | "room" | "moved_from"> {
  const { site, room, moved_from } = known.moved_from === roomKey(draft.site, draft.room) ? known : draft;
  return { site, room, ...given({ moved_from }) };
}
