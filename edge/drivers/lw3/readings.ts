import type { Parsed } from "#contract/errors.ts";
import { quoted, readableText } from "../device-failure.ts";
import { type Metrics, Told } from "../told.ts";
import { parseLine } from "./lines.ts";

/** What of a property's path speaks for the room. */
export interface ReadingOptions {
  /** The output that leads to the room's display. */
  output?: string | undefined;
  /** The input that demos use. */
  wanted_input?: string | undefined;
}

export interface Property {
  path: string;
  name: string;
  value: string;
}

/** A port by the last name of its path: `/V1/MEDIA/VIDEO/XP/O1` is `O1`. */
export const portOf = (path: string): string => path.replace(/\/$/, "").split("/").at(-1) ?? "";

const TRUTH: Readonly<Record<string, boolean>> = { true: true, false: false, "1": true, "0": false };
const OCCUPANCY: Readonly<Record<string, boolean>> = { Free: false, Occupied: true };
const VIDEO = /\/(VIDEO|STREAM)\//;
const OCCUPANCY_SENSOR = /\/OCS\/P\d{1,2}\/?$/;

/** Puts what a property says of the room; what it is not told about says nothing. A value that it cannot have is refused. */
export function readProperty({ path, name, value }: Property, options: ReadingOptions, told: Told): void {
  const port = portOf(path);
  const at = `${path}.${name}`;
  if (name === "State" && OCCUPANCY_SENSOR.test(path)) told.put("occupied", among(OCCUPANCY, value, { at, told }));
  else if (name === "SignalPresent" && VIDEO.test(path)) {
    const isPresent = among(TRUTH, value, { at, told });
    if (port === options.wanted_input) told.put("signal_present", isPresent);
  } else if (name === "Mute" && VIDEO.test(path)) {
    const isMuted = among(TRUTH, value, { at, told });
    if (port === options.output) told.put("picture_muted", isMuted);
  } else if (name === "ConnectedSource" && VIDEO.test(path)) {
    if (!/^(0|[A-Z]{1,4}\d{1,3})$/.test(value)) told.refuse(`${at} is ${quoted(value)}, no port`);
    else if (port === options.output && options.wanted_input !== undefined)
      told.put("input_state", value === options.wanted_input ? "right" : "wrong");
  }
}

function among(
  words: Readonly<Record<string, boolean>>,
  value: string,
  { at, told }: { at: string; told: Told },
): boolean | undefined {
  const found = Object.hasOwn(words, value) ? words[value] : undefined;
  if (found === undefined) told.refuse(`${at} is ${quoted(value)}, not ${Object.keys(words).slice(0, 2).join(" or ")}`);
  return found;
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
