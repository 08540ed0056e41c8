import { type Profile, type Reading, wordOf } from "./profile.ts";

/** APC's PowerNet-MIB, rPDU: the most common; others by `map`. */
const PDU = "1.3.6.1.4.1.318.1.1.12";
const WATTS = `${PDU}.1.16.0`;
const tenthsOfAmpere = (phase: number): string => `${PDU}.2.3.1.1.2.${phase}`;
const loadState = (phase: number): string => `${PDU}.2.3.1.1.3.${phase}`;
const outletState = (outlet: number): string => `${PDU}.3.5.1.1.4.${outlet}`;

/** 1 normal, 2 low, 3 nearly too much, 4 too much. A low load is nothing that anybody must mend. */
const LOAD_HEALTH: Readonly<Record<number, string>> = { 1: "ok", 2: "ok", 3: "warning", 4: "error" };
const LOAD_FAULT: Readonly<Record<number, string>> = { 3: "its load is near the limit", 4: "it is overloaded" };
const OUTLET: Readonly<Record<number, boolean>> = { 1: true, 2: false };

/** A power strip with outlets that are switched or measured. */
export const pdu: Profile = {
  kind: "pdu",
  oids: ({ outlet, phase }) => [
    WATTS,
    tenthsOfAmpere(phase),
    loadState(phase),
    ...(outlet === undefined ? [] : [outletState(outlet)]),
  ],
  read({ answers, told, options: { outlet, phase } }: Reading) {
    const amperes = answers.number(tenthsOfAmpere(phase));
    const load = answers.number(loadState(phase));
    told.putAll({
      power_w: answers.number(WATTS),
      current_a: amperes === undefined ? undefined : amperes / 10,
      other_health: wordOf(load, LOAD_HEALTH),
      switched_on: outlet === undefined ? undefined : wordOf(answers.number(outletState(outlet)), OUTLET),
    });
    const fault = wordOf(load, LOAD_FAULT);
    return fault === undefined ? [] : [fault];
  },
};
