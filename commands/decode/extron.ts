import type { Parsed } from "#contract/errors.ts";
import { readableText } from "#edge/drivers/device-failure.ts";
import * as lines from "#edge/drivers/extron/lines.ts";
import { type Answer, answered, excerpt, type Heard, type Metrics, refuse, type Says } from "./answer.ts";

const LONGEST_LINE = 512;
const ERRORS: Readonly<Record<string, string>> = {
  "01": "there is no such input",
  "06": "the input cannot be changed in auto-switch mode",
  "10": "it does not know that command",
  "11": "there is no such preset",
  "12": "there is no such output or port",
  "13": "the parameter is out of its range",
  "14": "not in this configuration",
  "17": "not with this kind of signal, or timed out",
  "18": "timed out",
  "22": "busy: try again",
  "24": "not allowed to this user",
  "25": "the device is not there",
  "26": "it has no connection left",
  "28": "there is no such file",
};

/** Everything that a line of SIS can be, in this order; `undefined` where it is not that. */
const readers: readonly ((line: string) => Parsed<Answer> | undefined)[] = [
  (line) => {
    const error = lines.parseError(line);
    if (error === undefined) return undefined;
    return answered("extron", {}, { error: `E${error}`, why: ERRORS[error] ?? "it refused" });
  },
  (line) => {
    const banner = lines.parseBanner(line);
    return banner && answered("extron", {}, { event: "banner", ...banner });
  },
  (line) => {
    if (/^Password:\s*$/i.test(line)) return answered("extron", {}, { auth: true });
    const user = /^Login (Administrator|User)$/i.exec(line)?.[1];
    return user === undefined ? undefined : answered("extron", {}, { login: user.toLowerCase() });
  },
  (line) => {
    const signals = /^(Sig|In\d{2}\*|Ls\d)/i.test(line) ? lines.parseSignals(line) : undefined;
    if (signals === undefined) return undefined;
    return answered("extron", {}, { signal: Object.fromEntries(signals.map((is, i) => [String(i + 1), is])) });
  },
  mutes,
  (line) => {
    const power = /^Psav/i.test(line) ? lines.parsePower(line) : undefined;
    return power === undefined ? undefined : answered("extron", { power_state: power });
  },
  (line) => {
    const { input, hasSignal, isMuted } = lines.parseInformation(line) ?? {};
    if (input === undefined && isMuted === undefined) return undefined;
    const metrics = {
      ...(hasSignal !== undefined && { signal_present: hasSignal }),
      ...(isMuted !== undefined && { picture_muted: isMuted }),
    };
    return answered("extron", metrics, input === undefined ? {} : { input });
  },
  (line) => {
    const tie = /^(?:Out0*(\d{1,3})|In|Chn)/.exec(line);
    const input = tie === null ? undefined : lines.parseTie(line);
    return input === undefined
      ? undefined
      : answered("extron", {}, tie?.[1] === undefined ? { input } : { ties: { [tie[1]]: input } });
  },
  (line) => {
    // Whether it is °C or °F stands in the model's table alone, unless it says so.
    const degrees = /^(20Stat|Stat20|Sts20)|[CF]$/i.test(line) ? lines.parseTemperature(line) : undefined;
    if (degrees === undefined) return undefined;
    const unit = /[CF]$/i.exec(line)?.[0]?.toUpperCase();
    if (unit === undefined) return answered("extron", {}, { inside_temperature: degrees });
    const celsius = unit === "C" ? degrees : Number((((degrees - 32) * 5) / 9).toFixed(2));
    return celsius >= -40 && celsius <= 150
      ? answered("extron", { chip_temperature_c: celsius })
      : refuse("DEVICE_GARBAGE", "line", `chip_temperature_c cannot be ${celsius} °C`);
  },
  (line) => {
    const part = lines.parsePartNumber(line);
    if (part !== undefined) return answered("extron", {}, { part });
    const firmware = line.startsWith("Ver") || /\d\.\d\d\*?$/.test(line) ? lines.parseFirmware(line) : undefined;
    return firmware === undefined ? undefined : answered("extron", {}, { firmware });
  },
  // The time of the greeting.
  (line) =>
    /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d$/.test(line) ? answered("extron", {}) : undefined,
  (line) => (line === "Reconfig" ? answered("extron", {}, { event: "reconfig" }) : undefined),
  // A tag with a value of something that is not watched; a value without its tag means nothing without its question.
  (line) => (/^[A-Z][a-z]{2,3}[ -~•]{0,64}$/.test(line) && /\d/.test(line) ? answered("extron", {}) : undefined),
  (line) =>
    /^[+-]?\d{1,5}([ *•.][+-]?\d{1,5}){0,127}$/.test(line) ? answered("extron", {}, { value: line }) : undefined,
];

/** `Vmt1 0`: the picture of output 1 is not muted; `Amt2 1`: its sound is. Without an output it is the device's only one. */
function mutes(line: string): Parsed<Answer> | undefined {
  const [, tag, first, second] = /^(Vmt|Amt)(\d{1,3})(?:[ *•]([0-2]))?$/.exec(line) ?? [];
  if (tag === undefined || first === undefined) return undefined;
  if (second !== undefined)
    return answered("extron", {}, { [tag === "Vmt" ? "av_mute" : "audio_mute"]: { [Number(first)]: second !== "0" } });
  if (!/^[0-2]$/.test(first)) return undefined;
  return tag === "Vmt"
    ? answered("extron", { picture_muted: first !== "0" })
    : answered("extron", {}, { audio_mute: first !== "0" });
}

const LONGEST = 32;

/** What Extron's SIS says: an answer, a notice, an error, a greeting of several lines. */
export function decodeExtron({ text }: Heard): Parsed<Answer> {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0 || lines.length > LONGEST)
    return refuse("DEVICE_GARBAGE", "payload", `must be 1 to ${LONGEST} lines`);
  const metrics: Metrics = {};
  const says: Says = {};
  for (const [i, line] of lines.entries()) {
    const read = decodeLine(line.trimStart(), lines.length === 1 ? "line" : `line ${i + 1}`);
    if (!read.ok) return read;
    Object.assign(metrics, ...read.value.readings.map((reading) => reading.metrics));
    Object.assign(says, read.value.says);
  }
  return answered("extron", metrics, says);
}

function decodeLine(line: string, where: string): Parsed<Answer> {
  if (line.length > LONGEST_LINE) return refuse("DEVICE_GARBAGE", where, `is longer than ${LONGEST_LINE} characters`);
  if (line.trimEnd() !== readableText(line, LONGEST_LINE))
    return refuse("DEVICE_GARBAGE", where, "holds characters that SIS does not have");
  for (const read of readers) {
    const answer = read(line);
    if (answer !== undefined) return answer;
  }
  return refuse("DEVICE_GARBAGE", where, `is no answer of SIS: ${excerpt(line)}`);
}
