import { between, seconds } from "#contract/units.ts";
import { DeviceFailure, failed, readableText } from "../device-failure.ts";
import {
  defineDriver,
  type DriverContext,
  type Obeyed,
  type Observation,
  type OpenDevice,
  type Order,
} from "../driver.ts";
import { Told } from "../told.ts";
import { isAbsent } from "./lines.ts";
import { Lw3Options } from "./options.ts";
import { type Property, readProperty } from "./readings.ts";
import { Lw3Session } from "./session.ts";

/** Lightware switchers and matrices by LW3. */
export const lw3 = defineDriver({
  id: "lw3",
  title: "Lightware switchers and matrices by LW3",
  options: Lw3Options,
  kind: "switcher",
  shortestInterval: seconds(10),
  longestPoll: seconds(30),
  intervals: ({ wanted_input, occupancy_port }, every) => ({
    reachable: every,
    latency_ms: every,
    picture_muted: every,
    ...(wanted_input !== undefined && { input_state: every, signal_present: every }),
    ...(occupancy_port !== undefined && { occupied: every }),
  }),
  open: (options, context) => new Lw3Device(options, context),
});

/** Each list: the same thing, wherever a model has it; the first that it knows is asked from then on. */
type Question = readonly string[];

function questionsOf({ family, output, wanted_input, occupancy_port }: Lw3Options): Question[] {
  if (family === "matrix") {
    const xp = "/MEDIA/VIDEO/XP";
    return [
      [`${xp}.DestinationConnectionList`],
      [`${xp}.DestinationPortStatus`],
      ...(wanted_input === undefined ? [] : [[`${xp}.SourcePortStatus`]]),
    ];
  }
  const video = "/V1/MEDIA/VIDEO";
  return [
    [`${video}/XP/${output}.ConnectedSource`],
    [`${video}/XP/${output}.Mute`],
    ...(wanted_input === undefined
      ? []
      : [[`${video}/${wanted_input}.SignalPresent`, `${video}/XP/${wanted_input}.SignalPresent`]]),
    ...(occupancy_port === undefined ? [] : [[`/V1/MEDIA/OCS/${occupancy_port}.State`]]),
  ];
}

const IDENTITY = {
  model: ["/.ProductName"],
  serial: ["/.SerialNumber"],
  firmware: ["/.FirmwareVersion", "/V1/MANAGEMENT/UID/PACKAGE.Version", "/.PackageVersion"],
} as const;

class Lw3Device implements OpenDevice {
  readonly #options: Lw3Options;
  readonly #context: DriverContext;
  /** What this model does not have: not asked again. */
  readonly #absent = new Set<string>();
  readonly #identity = new Map<keyof typeof IDENTITY, string>();

  constructor(options: Lw3Options, context: DriverContext) {
    this.#options = options;
    this.#context = context;
  }

  async poll(signal: AbortSignal): Promise<Observation> {
    const { clock } = this.#context;
    const { host, port } = this.#options;
    const startedAt = clock.now();
    const told = new Told();
    let hasAnswered = false;
    let session: Lw3Session | undefined;
    try {
      session = await Lw3Session.open({ host, port, clock, signal });
      const missing: string[] = [];
      for (const question of questionsOf(this.#options)) {
        const property = await this.#get(session, question);
        if (!hasAnswered) this.#tellLatency(told, between(startedAt, clock.now()));
        hasAnswered = true;
        if (property === undefined) missing.push(question[0] ?? "");
        else readProperty(property, this.#options, told);
      }
      await this.#identify(session);
      return this.#observed(told, missing);
    } catch (error) {
      const observation = failed(error, `${host}:${port}`);
      // What was answered before the trouble is kept; what was not is left out.
      return hasAnswered && observation.error !== undefined
        ? { ...this.#observed(told, []), error: observation.error }
        : observation;
    } finally {
      session?.end();
    }
  }

  /** It can be switched; what it has no power to do is not its own. */
  async obey(order: Order, signal: AbortSignal): Promise<Obeyed> {
    if (order.command !== "select_input")
      return { ok: false, code: "NOT_SUPPORTED", text: `a switcher cannot ${order.command}` };
    const { host, port, family, output } = this.#options;
    const { input } = order;
    if (input === undefined || !/^I\d{1,3}$/.test(input))
      return { ok: false, code: "BAD_INPUT", text: 'an input is called as "I2"' };
    let session: Lw3Session | undefined;
    try {
      session = await Lw3Session.open({ host, port, clock: this.#context.clock, signal });
      const xp = `${family === "ucx" ? "/V1" : ""}/MEDIA/VIDEO/XP`;
      const [line] = await session.ask(`CALL ${xp}:switch(${input}:${output})`);
      if (line?.kind === "result" && line.isDone) return { ok: true };
      const why = line?.kind === "error" ? line.text : line?.kind === "result" ? line.value : "";
      return { ok: false, code: "DEVICE_REFUSED", text: `refuses input ${input}: ${readableText(why) || "not now"}` };
    } catch (error) {
      if (!(error instanceof DeviceFailure)) throw error;
      return { ok: false, code: error.code, text: `${host}:${port} ${error.message}` };
    } finally {
      session?.end();
    }
  }

  #tellLatency(told: Told, took: number): void {
    if (took >= 0 && took <= 60_000) told.put("latency_ms", took);
  }

  /** What it says of the first of these that it knows; `undefined` where it has none, or not now. */
  async #get(session: Lw3Session, question: Question): Promise<Property | undefined> {
    for (const path of question) {
      if (this.#absent.has(path)) continue;
      const lines = await session.ask(`GET ${path}`);
      const property = lines.find((line) => line.kind === "property" && `${line.path}.${line.name}` === path);
      if (property?.kind === "property") return property;
      const [first] = lines;
      if (first?.kind === "error" && isAbsent(first.code)) this.#absent.add(path);
      else if (first?.kind !== "error")
        throw new DeviceFailure("DEVICE_GARBAGE", `answered something else to GET ${path}`, { answers: true });
      else return undefined;
    }
    return undefined;
  }

  async #identify(session: Lw3Session): Promise<void> {
    for (const [name, paths] of Object.entries(IDENTITY) as [keyof typeof IDENTITY, Question][]) {
      if (this.#identity.has(name)) continue;
      const property = await this.#get(session, paths);
      if (property !== undefined) this.#identity.set(name, readableText(property.value));
    }
  }

  #observed(told: Told, missing: readonly string[]): Observation {
    const { host, port } = this.#options;
    const { refused } = told;
    const [model, serial, firmware] = [
      this.#identity.get("model"),
      this.#identity.get("serial"),
      this.#identity.get("firmware"),
    ];
    return {
      state: "online",
      metrics: { reachable: true, ...told.metrics },
      ...(model !== undefined && { model: `Lightware ${model}` }),
      ...(firmware !== undefined && { firmware }),
      ...(serial !== undefined && { serial }),
      ...(missing.length > 0 && {
        error: { code: "CONFIG_INVALID", text: `${host}:${port} does not tell ${missing.join(", ")}` },
      }),
      ...(refused !== undefined && { error: { code: "DEVICE_GARBAGE", text: `${host}:${port} ${refused}` } }),
    };
  }
}
