import { between, millis, type Millis, seconds } from "#contract/units.ts";
import { converted } from "../conversion.ts";
import { DeviceFailure, failed, quoted } from "../device-failure.ts";
import { defineDriver, type DriverContext, type Observation, type OpenDevice } from "../driver.ts";
import { Told } from "../told.ts";
import * as lines from "./lines.ts";
import { ExtronOptions } from "./options.ts";
import { SisSession } from "./session.ts";

/** Extron switchers, scalers and matrices by SIS. */
export const extron = defineDriver({
  id: "extron",
  title: "Extron switchers, scalers and matrices by SIS",
  options: ExtronOptions,
  kind: "switcher",
  shortestInterval: seconds(10),
  longestPoll: seconds(30),
  intervals: ({ wanted_input, temperature, queries, family }, every: Millis) => ({
    reachable: every,
    latency_ms: every,
    power_state: every,
    ...(family !== "other" && { picture_muted: every, signal_present: every }),
    ...(wanted_input !== undefined && { input_state: every }),
    ...(temperature !== "none" && { chip_temperature_c: every }),
    ...Object.fromEntries(queries.map(({ metric }) => [metric, every])),
  }),
  open: (options, context) => new ExtronDevice(options, context),
});

const ESC = "\u001B";
const escaped = (command: string): string => `${ESC}${command}\r`;
/** How each family is asked which inputs carry a signal. */
const SIGNALS = { scaler: escaped("0LS"), switcher: escaped("LS"), matrix: "0LS\r" } as const;
/** Answers with tags, but no notices of what others do. */
const TAGGED = escaped("2CV");

class ExtronDevice implements OpenDevice {
  readonly #options: ExtronOptions;
  readonly #context: DriverContext;
  /** What this model does not know: not asked again. */
  readonly #absent = new Set<string>();
  #model: string | undefined;
  #firmware: string | undefined;

  constructor(options: ExtronOptions, context: DriverContext) {
    this.#options = options;
    this.#context = context;
  }

  async poll(signal: AbortSignal): Promise<Observation> {
    const { host, port, password } = this.#options;
    const { clock } = this.#context;
    const place = `${host}:${port}`;
    const startedAt = clock.now();
    const told = new Told();
    let session: SisSession | undefined;
    try {
      session = await SisSession.open({ host, port, password, clock, signal });
      this.#model = session.banner?.model ?? this.#model;
      this.#firmware = session.banner?.firmware ?? this.#firmware;
      const took = between(startedAt, clock.now());
      if (took >= 0 && took <= 60_000) told.put("latency_ms", millis(took));
      await this.#look(session, told);
      const { refused } = told;
      return {
        ...this.#seen(told),
        ...(refused !== undefined && { error: { code: "DEVICE_GARBAGE", text: `${place} ${refused}` } }),
      };
    } catch (error) {
      const observation = failed(error, place);
      // What was answered before the trouble is kept; what was not is left out.
      return session === undefined || observation.error === undefined
        ? observation
        : { ...this.#seen(told), error: observation.error };
    } finally {
      session?.end();
    }
  }

  #seen(told: Told): Observation {
    return {
      state: "online",
      metrics: { reachable: true, ...told.metrics },
      ...(this.#model !== undefined && { model: `Extron ${this.#model}` }),
      ...(this.#firmware !== undefined && { firmware: this.#firmware }),
    };
  }

  async #look(session: SisSession, told: Told): Promise<void> {
    await this.#ask(session, TAGGED, lines.parseVerbose);
    this.#firmware = (await this.#ask(session, "Q", lines.parseFirmware)) ?? this.#firmware;
    this.#model ??= await this.#ask(session, "N", lines.parsePartNumber);
    told.put("power_state", await this.#ask(session, escaped("PSAV"), lines.parsePower));
    await this.#lookAtPicture(session, told);
    const { temperature, temperature_unit, queries } = this.#options;
    if (temperature !== "none") {
      const degrees = await this.#ask(
        session,
        temperature === "stat" ? escaped("20STAT") : "20S",
        lines.parseTemperature,
      );
      const unit = temperature_unit === "F" ? ("F" as const) : undefined;
      if (degrees !== undefined)
        told.put("chip_temperature_c", converted(degrees, { metric: "chip_temperature_c", unit }));
    }
    for (const query of queries) {
      const line = await this.#ask(
        session,
        query.escape ? escaped(query.send) : query.send,
        (text) => text || undefined,
      );
      if (line === undefined) continue;
      const value = converted(new RegExp(query.pattern, "u").exec(line)?.[1], query);
      if (value === undefined) told.refuse(`${query.metric}: ${query.send} gave ${quoted(line)}`);
      else told.put(query.metric, value);
    }
  }

  /** The input that is selected, whether it is the right one, whether a picture arrives there, whether it is muted. */
  async #lookAtPicture(session: SisSession, told: Told): Promise<void> {
    const { family, wanted_input, output } = this.#options;
    if (family === "other") return;
    const information = (await this.#ask(session, "I", lines.parseInformation)) ?? {};
    told.put("picture_muted", information.isMuted);
    const isMatrix = family === "matrix";
    const selected = isMatrix
      ? output === undefined
        ? undefined
        : await this.#ask(session, `${output}%`, lines.parseTie)
      : (information.input ?? (await this.#ask(session, "!", lines.parseTie)));
    if (wanted_input !== undefined)
      told.put("input_state", selected === undefined ? "unknown" : selected === wanted_input ? "right" : "wrong");
    const signals = await this.#ask(session, SIGNALS[family], lines.parseSignals);
    const input = wanted_input ?? selected;
    told.put("signal_present", (input === undefined ? undefined : signals?.[input - 1]) ?? information.hasSignal);
  }

  /** `undefined`: it has no such thing, or not now. */
  async #ask<T>(session: SisSession, send: string, parse: (line: string) => T | undefined): Promise<T | undefined> {
    if (this.#absent.has(send)) return undefined;
    const answer = await session.ask(send, parse);
    if (answer.ok) return answer.value;
    if (answer.why === "full") throw new DeviceFailure("DEVICE_REFUSED", "has no connection left", { answers: true });
    if (answer.why === "absent" || answer.why === "forbidden") this.#absent.add(send);
    return undefined;
  }
}
