import { metrics as registry } from "#contract/metrics.ts";
import { converted } from "../conversion.ts";
import { quoted, readableText } from "../device-failure.ts";
import { Told } from "../told.ts";
import { isObject } from "./messages.ts";
import type { ControlReading, QsysOptions } from "./options.ts";

/** What a Core answered, by what was asked: results of JSON-RPC as they came. */
export interface CoreAnswers {
  /** StatusGet. */
  status: unknown;
  /** Control.Get of the Named Controls. */
  controls?: unknown;
  /** Component.Get, by the component's name. */
  components: Readonly<Record<string, unknown>>;
}

export interface CoreReport {
  told: Told;
  model?: string;
  /** What the Core itself reports as wrong, for a person. */
  faults: string[];
}

const LEVELS = ["ok", "warning", "error"] as const;
/** Status codes of a Core and of its inventory: how bad each is, and whether the device is there. */
const codes: readonly { word: string; level: 0 | 1 | 2; isThere: boolean }[] = [
  { word: "OK", level: 0, isThere: true },
  { word: "Compromised", level: 1, isThere: true },
  { word: "Fault", level: 2, isThere: false },
  { word: "Not Present", level: 2, isThere: false },
  { word: "Missing", level: 2, isThere: false },
  { word: "Initializing", level: 1, isThere: false },
];
const MOST_FAULTS = 5;

/** Reads what a Core answered. Whatever it does not say is left out; whatever cannot be is refused. Never throws. */
export function readCore(
  answers: CoreAnswers,
  options: Pick<QsysOptions, "status" | "readings" | "emulator">,
): CoreReport {
  const told = new Told();
  const faults: string[] = [];
  const core = readStatus(answers.status, options, { told, faults });
  const inventory = readInventory(answers.components, options, { told, faults });
  const worst = Math.max(core, inventory);
  if (worst >= 0) told.put("other_health", LEVELS[worst]);
  for (const reading of options.readings) {
    const control = findControl(
      reading.component === undefined ? answers.controls : answers.components[reading.component],
      reading.control,
    );
    if (control !== undefined) readControl(control, reading, told);
  }
  const platform = isObject(answers.status) ? answers.status["Platform"] : undefined;
  return {
    told,
    faults: faults.slice(0, MOST_FAULTS),
    ...(typeof platform === "string" && readableText(platform) !== "" && { model: `Q-SYS ${readableText(platform)}` }),
  };
}

interface Sink {
  told: Told;
  faults: string[];
}

/** How bad the Core itself is; -1 where it does not say. */
function readStatus(status: unknown, { emulator }: { emulator: boolean }, { told, faults }: Sink): number {
  if (!isObject(status)) {
    told.refuse("StatusGet gave no object");
    return -1;
  }
  let level = -1;
  const { State, IsEmulator, Status } = status;
  if (State === "Idle") {
    faults.push("no design runs");
    level = 2;
  } else if (State === "Active" || State === "Standby") level = 0;
  else told.refuse(`State is ${typeof State === "string" ? quoted(State) : "not told"}`);
  if (IsEmulator === true && !emulator) {
    faults.push("it is an emulator, not a Core");
    level = 2;
  }
  if (isObject(Status)) {
    const code = codeOf(Status["Code"]);
    if (code === undefined) told.refuse("Status has a code that is none");
    else {
      level = Math.max(level, code.level);
      if (code.level > 0) faults.push(wordsOf(Status["String"], code.word));
    }
  }
  return level;
}

/** How bad the worst of the status controls is; -1 where none is told. Counts what is there. */
function readInventory(
  components: CoreAnswers["components"],
  { status }: Pick<QsysOptions, "status">,
  { told, faults }: Sink,
): number {
  let level = -1;
  const there = new Map<string, number>();
  for (const { component, control: name, counts_as } of status) {
    const control = findControl(components[component], name);
    if (control === undefined) continue;
    const code = codeOf(control["Value"]);
    if (code === undefined) {
      told.refuse(`${component} ${name} is no status`);
      continue;
    }
    level = Math.max(level, code.level);
    if (code.level > 0) faults.push(`${component}: ${wordsOf(control["String"], code.word)}`);
    if (counts_as !== undefined) there.set(counts_as, (there.get(counts_as) ?? 0) + (code.isThere ? 1 : 0));
  }
  for (const [metric, count] of there) told.put(metric, count);
  return level;
}

const codeOf = (value: unknown): (typeof codes)[number] | undefined =>
  typeof value === "number" && Number.isInteger(value) ? codes[value] : undefined;

const wordsOf = (value: unknown, otherwise: string): string =>
  (typeof value === "string" ? readableText(value, 80) : "") || otherwise;

/** A control of a Component.Get (an object with Controls) or of a Control.Get (a list). */
function findControl(result: unknown, name: string): Record<string, unknown> | undefined {
  const list: unknown = isObject(result) ? result["Controls"] : result;
  return Array.isArray(list) ? list.filter(isObject).find((control) => control["Name"] === name) : undefined;
}

/** Its word where words are named, else its value; a toggle is 0 or 1. */
function readControl(control: Record<string, unknown>, reading: ControlReading, told: Told): void {
  const { Value, String: word } = control;
  const isToggle = registry.get(reading.metric)?.kind === "boolean" && (Value === 0 || Value === 1);
  const value =
    (reading.values !== undefined && typeof word === "string"
      ? converted(word, { ...reading, unit: undefined })
      : undefined) ??
    converted(Value, reading) ??
    (isToggle ? Value === 1 : undefined);
  if (value === undefined) told.refuse(`${reading.metric}: ${reading.control} is no value of it`);
  else told.put(reading.metric, value);
}
