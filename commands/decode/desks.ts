import type { Parsed } from "#contract/errors.ts";
import { isObject, jsonOf } from "#gateway/translate/payload.ts";
import { type Answer, type AnswerReading, type Heard, refuse } from "./answer.ts";

const MOST_DESKS = 2_000;
/** -1: its sensor does not report, which is not an empty desk. */
const STATES: ReadonlyMap<unknown, boolean | null> = new Map([
  ["1", true],
  ["0", false],
  ["-1", null],
]);

/**
 * Desks as Enlighted's energy manager lists them: `{"deskSensor": [{id, name, occupancyState}]}`, the list alone, or one
 * desk without a list. Numbers come as text, too. developer.siemens.com/enlighted-apis
 */
export function decodeDesks({ payload }: Heard): Parsed<Answer> {
  const read = jsonOf(payload);
  if (!read.ok) return read;
  const inside = isObject(read.json) && "deskSensor" in read.json ? read.json["deskSensor"] : read.json;
  const list: unknown[] = Array.isArray(inside) ? inside : [inside];
  if (list.length > MOST_DESKS) return refuse("BAD_SHAPE", "payload", `lists more than ${MOST_DESKS} desks`);
  const readings: AnswerReading[] = [];
  const desks: Record<string, boolean | null> = {};
  for (const [i, each] of list.entries()) {
    if (!isObject(each)) return refuse("BAD_SHAPE", `[${i}]`, "must be a desk: {id, name, occupancyState}");
    const id = wholeNumber(each["id"]);
    if (id === undefined || id.startsWith("-")) return refuse("BAD_SHAPE", `[${i}].id`, "must be a whole number");
    if (id in desks) return refuse("BAD_SHAPE", `[${i}].id`, `desk ${id} is listed twice`);
    const state = STATES.get(wholeNumber(each["occupancyState"]));
    if (state === undefined)
      return refuse("BAD_SHAPE", `[${i}].occupancyState`, "must be 1 (occupied), 0 (not) or -1 (fault)");
    desks[id] = state;
    const name = each["name"];
    const label = typeof name === "string" && name !== "" ? { label: name.slice(0, 64) } : {};
    if (state !== null) readings.push({ device: `desk/${id}`, ...label, metrics: { occupied: state } });
  }
  const faults = Object.keys(desks).filter((id) => desks[id] === null);
  const fault = faults.length > 0 ? { fault: `no report of ${faults.map((id) => `desk ${id}`).join(", ")}` } : {};
  return { ok: true, value: { readings, says: { desks, ...fault } } };
}

const wholeNumber = (value: unknown): string | undefined => {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === "string" && /^-?\d{1,15}$/.test(value) ? String(Number(value)) : undefined;
};
