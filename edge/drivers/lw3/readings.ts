import type { Parsed } from "#contract/errors.ts";
import { quoted, readableText } from "../device-failure.ts";
import { type Metrics, Told } from "../told.ts";
import { parseLine } from "./lines.ts";

/** What of a device speaks for the room. */
export interface ReadingOptions {
  /** The output that leads to the room's display, as `O1`. */
  output?: string | undefined;
  /** The input that demos use, as `I2`. */
  wanted_input?: string | undefined;
}

export interface Property {
  path: string;
  name: string;
  value: string;
}

/** What a property tells of a port; `null`: it does not know. */
export interface PortFacts {
  signal?: boolean | null;
  muted?: boolean | null;
  /** Of an output: the input that it shows; "0" is none. */
  source?: string;
}

/** A port by the last name of its path: `/V1/MEDIA/VIDEO/XP/O1` is `O1`. */
export const portOf = (path: string): string => path.replace(/\/$/, "").split("/").at(-1) ?? "";

const TRUTH: Readonly<Record<string, boolean>> = { true: true, false: false, "1": true, "0": false };
const OCCUPANCY: Readonly<Record<string, boolean>> = { Free: false, Occupied: true };
const VIDEO = /\/(VIDEO|STREAM)(\/|$)/;
const OCCUPANCY_SENSOR = /\/OCS\/P\d{1,2}\/?$/;
const SOURCE = /^(0|[A-Z]{1,4}\d{1,3})$/;
/** A port's state in four hex digits: two bits a fact, the lowest whether a cable is in, then whether a picture arrives. 3 yes, 2 no. */
const PORT_STATE = /^([TLMU])([0-9A-F]{4})$/;
const FACT: readonly (boolean | null)[] = [null, null, false, true];

/**
 * What a property tells of ports, by their names; `undefined` where it is about something else. Throws nothing: what it cannot
 * be is refused in `told`.
 */
export function portsOf({ path, name, value }: Property, told: Told): Readonly<Record<string, PortFacts>> | undefined {
  if (!VIDEO.test(path)) return undefined;
  const at = `${path}.${name}`;
  const refuse = (): undefined => {
    told.refuse(`${at} cannot be ${quoted(value)}`);
    return undefined;
  };
  switch (name) {
    case "SignalPresent":
    case "Mute": {
      const is = Object.hasOwn(TRUTH, value) ? TRUTH[value] : undefined;
      if (is === undefined) return refuse();
      return { [portOf(path)]: name === "Mute" ? { muted: is } : { signal: is } };
    }
    case "ConnectedSource":
      return SOURCE.test(value) ? { [portOf(path)]: { source: value } } : refuse();
    case "DestinationConnectionList":
      return listed(value, "O", (each) => (SOURCE.test(each) ? { source: each } : undefined)) ?? refuse();
    case "SourcePortStatus":
      return listed(value, "I", portState) ?? refuse();
    case "DestinationPortStatus":
      return listed(value, "O", portState) ?? refuse();
    default:
      return undefined;
  }
}

/** A list of all ports of a kind, from the first; `undefined` where one of them is none. */
function listed(
  value: string,
  kind: "I" | "O",
  read: (each: string) => PortFacts | undefined,
): Record<string, PortFacts> | undefined {
  const parts = value.replace(/;$/, "").split(";");
  const facts = parts.map((each) => read(each.trim()));
  if (parts.length > 128 || !facts.every((each) => each !== undefined)) return undefined;
  return Object.fromEntries(facts.map((each, i) => [`${kind}${i + 1}`, each]));
}

function portState(text: string): PortFacts | undefined {
  const [, letter, digits] = PORT_STATE.exec(text) ?? [];
  if (letter === undefined || digits === undefined) return undefined;
  const bits = Number.parseInt(digits, 16);
  return { muted: letter === "M" || letter === "U", signal: FACT[(bits >> 2) & 3] ?? null };
}

/** Puts what a property says of the room; what it is not told about says nothing. A value that it cannot have is refused. */
export function readProperty(property: Property, options: ReadingOptions, told: Told): void {
  const { path, name, value } = property;
  if (name === "State" && OCCUPANCY_SENSOR.test(path)) {
    const occupied = Object.hasOwn(OCCUPANCY, value) ? OCCUPANCY[value] : undefined;
    if (occupied === undefined) told.refuse(`${path}.${name} is ${quoted(value)}, not Free or Occupied`);
    else told.put("occupied", occupied);
    return;
  }
  const { output, wanted_input } = options;
  const ports = portsOf(property, told) ?? {};
  const [input, display] = [wanted_input && ports[wanted_input], output && ports[output]];
  if (input) told.put("signal_present", input.signal ?? undefined);
  if (!display) return;
  // An output's own signal is what it sends on, and is none of the input's.
  told.put("picture_muted", display.muted ?? undefined);
  if (display.source !== undefined && wanted_input !== undefined)
    told.put("input_state", display.source === wanted_input ? "right" : "wrong");
}

/** One line of a device in metrics, or why it says nothing. Pure: for golden cases and mutated answers. */
export function parseLw3(line: string, options: ReadingOptions = {}): Parsed<Metrics> {
  const read = parseLine(line.replace(/\r?\n?$/, ""));
  const where = "line";
  if (read === undefined) return { ok: false, code: "DEVICE_GARBAGE", where, why: `is no LW3: ${quoted(line)}` };
  if (read.kind === "error")
    return { ok: false, code: "DEVICE_FAULT", where, why: `${readableText(read.text) || "an error"} (E${read.code})` };
  const told = new Told();
  if (read.kind === "property") readProperty(read, options, told);
  return told.parsed(where);
}
