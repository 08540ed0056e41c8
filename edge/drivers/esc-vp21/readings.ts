import type { Parsed } from "#contract/errors.ts";
import type { MetricValue } from "#contract/metrics.ts";
import { quoted } from "../device-failure.ts";
import { type Metrics, Told } from "../told.ts";
import * as lines from "./lines.ts";

export interface ReadingOptions {
  /** The source that demos use, two hex digits. */
  wanted_source?: string | undefined;
  lamp_life_h?: number | undefined;
}

/** What an answer says in metrics, and what is wrong in words of the projector's own report. */
export interface Said {
  metrics: Readonly<Record<string, MetricValue | undefined>>;
  faults: readonly string[];
}

const metrics = (of: Said["metrics"]): Said => ({ metrics: of, faults: [] });

type Reader = (value: string, options: ReadingOptions) => Said | undefined;

/** What the value of each name says; `undefined` where it is not what the command guide knows. */
const READERS: Readonly<Record<string, Reader>> = {
  PWR: (value) => {
    const power = lines.parsePower(value);
    if (power === undefined) return undefined;
    const { state, isAbnormal } = power;
    return isAbnormal
      ? { metrics: { power_state: state, other_health: "error" }, faults: ["it switched itself off after a fault"] }
      : metrics({ power_state: state });
  },
  ERR: (value) => {
    const errors = lines.parseErrors(value);
    if (errors === undefined) return undefined;
    const health = lines.PARTS.map((part) => [`${part}_health`, errors.some((e) => e.part === part) ? "error" : "ok"]);
    return { metrics: Object.fromEntries(health), faults: errors.map(({ text }) => text) };
  },
  LAMP: (value, { lamp_life_h: life }) => {
    const hours = lines.parseHours(value);
    if (hours === undefined) return undefined;
    const most = Math.max(...hours);
    // A lamp may burn on past its rated life, and is told to at most the double.
    return metrics({ lamp_hours_h: most, lamp_used_pct: life && Math.min(200, (most / life) * 100) });
  },
  FILTER: (value) => {
    const [hours, ...more] = lines.parseHours(value) ?? [];
    return hours === undefined || more.length > 0 ? undefined : metrics({ filter_hours_h: hours });
  },
  MUTE: (value) => {
    const picture_muted = lines.parseOnOff(value);
    return picture_muted === undefined ? undefined : metrics({ picture_muted });
  },
  FREEZE: (value) => {
    const picture_frozen = lines.parseOnOff(value);
    return picture_frozen === undefined ? undefined : metrics({ picture_frozen });
  },
  SIGNAL: (value) => {
    const signal = lines.parseSignal(value);
    if (signal === undefined) return undefined;
    return metrics({ signal_present: signal === "unknown" ? undefined : signal === "present" });
  },
  SOURCE: (value, { wanted_source }) => {
    if (!lines.SOURCE_PATTERN.test(value)) return undefined;
    return metrics({
      input_state: wanted_source === undefined ? undefined : value === wanted_source ? "right" : "wrong",
    });
  },
};

/** What a name's value says. Names that are not watched say nothing. */
export const readingsOf = (name: string, value: string, options: ReadingOptions): Said | undefined =>
  Object.hasOwn(READERS, name) ? READERS[name]?.(value, options) : metrics({});

/** One answer with its carriage return, in metrics, or why it says nothing. Pure: for golden cases and mutated answers. */
export function parseEscVp21(text: string, options: ReadingOptions = {}): Parsed<Metrics> {
  const answer = lines.parseAnswer(text);
  const refused = (why: string): Parsed<Metrics> => ({ ok: false, code: "DEVICE_GARBAGE", where: "answer", why });
  if (answer === undefined) return refused(`is no ESC/VP21: ${quoted(text)}`);
  if (answer.kind === "error")
    return { ok: false, code: "DEVICE_FAULT", where: "answer", why: "it does not know that command, or not now" };
  const told = new Told();
  if (answer.kind === "event") told.put("power_state", lines.eventPower(answer.state));
  if (answer.kind === "value") {
    const said = readingsOf(answer.name, answer.value, options);
    if (said === undefined) return refused(`${answer.name} cannot be ${quoted(answer.value)}`);
    told.putAll(said.metrics);
  }
  return told.parsed("answer");
}
