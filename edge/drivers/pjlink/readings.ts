import type { Parsed } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { type Metrics, Told } from "../told.ts";
import {
  parseAnswer,
  parseClass,
  parseFrozen,
  parseHealth,
  parseHours,
  parseInput,
  parseLamps,
  parseNotice,
  parsePictureMuted,
  parsePower,
  parseSignal,
  readableText,
} from "./lines.ts";

export interface ReadingOptions {
  wanted_input?: string | undefined;
  lamp_life_h?: number | undefined;
}

type Said = Readonly<Record<string, MetricValue | undefined>>;
type Reader = (value: string, options: ReadingOptions) => Said | undefined;

/** What a value read by `parse` says; `undefined` where it is none. */
const reading =
  <T>(parse: (value: string) => T | undefined, say: (value: T, options: ReadingOptions) => Said): Reader =>
  (value, options) => {
    const read = parse(value);
    return read === undefined ? undefined : say(read, options);
  };

/** A lamp may burn on past its rated life, and is told to at most the double. */
const usedOf = (hours: number, life: number | undefined): number | undefined =>
  life === undefined ? undefined : Math.min(200, (hours / life) * 100);

const nothing = (): Said => ({});

/** What each body's value says in metrics. An undefined power state is never read as on. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["POWR", reading(parsePower, (power_state) => ({ power_state }))],
  ["ERST", reading(parseHealth, (health) => ({ ...health }))],
  ["AVMT", reading(parsePictureMuted, (picture_muted) => ({ picture_muted }))],
  [
    "INPT",
    reading(parseInput, (input, { wanted_input }) => ({
      input_state: wanted_input === undefined ? undefined : input === wanted_input ? "right" : "wrong",
    })),
  ],
  [
    "LAMP",
    reading(parseLamps, (lamps, { lamp_life_h }) => {
      const lamp_hours_h = Math.max(...lamps.map((lamp) => lamp.hours));
      return { lamp_hours_h, lamp_used_pct: usedOf(lamp_hours_h, lamp_life_h) };
    }),
  ],
  ["FILT", reading(parseHours, (filter_hours_h) => ({ filter_hours_h }))],
  ["FREZ", reading(parseFrozen, (picture_frozen) => ({ picture_frozen }))],
  [
    "IRES",
    reading(parseSignal, (signal) => ({ signal_present: signal === "unknown" ? undefined : signal === "present" })),
  ],
  ["CLSS", reading(parseClass, nothing)],
  ...["INF1", "INF2", "INFO", "NAME", "SNUM", "SVER", "INNM", "RRES", "RLMP", "RFIL", "INST"].map(
    (body): [string, Reader] => [body, reading(readableText, nothing)],
  ),
]);

/** What the value of a body says; `undefined` where it is not what the specification knows. */
export const readingsOf = (body: string, value: string, options: ReadingOptions): Said | undefined =>
  READERS.get(body)?.(value, options);

/** One line of a device, answer or notice, in metrics, or why it says nothing. Pure: for golden cases and mutated answers. */
export function parsePjlink(line: string, options: ReadingOptions = {}): Parsed<Metrics> {
  const text = line.replace(/\r$/, "");
  const refused = (why: string): Parsed<Metrics> => ({ ok: false, code: "DEVICE_GARBAGE", where: "line", why });
  // A notice is only a hint that something has changed; what is so now is asked for.
  if (parseNotice(text) === "LKUP") return { ok: true, value: {} };
  const body = /^%[12]([a-z0-9]{4})=/i.exec(text)?.[1]?.toUpperCase() ?? "";
  const answer = parseAnswer(body, text);
  if (answer === undefined) return refused("is no answer");
  const told = new Told();
  if (!answer.ok) {
    if (answer.error === "ERRA")
      return { ok: false, code: "DEVICE_PASSWORD", where: body, why: "refused the password" };
    if (answer.error === "ERR4") told.put("other_health", "error");
    return told.parsed(body);
  }
  const said = readingsOf(body, answer.value, options);
  if (said === undefined) return refused(`${body} cannot be that`);
  told.putAll(said);
  return told.parsed(body);
}
