import { ApplicationTag, EngineeringUnits, PropertyIdentifier, Reliability } from "@bacnet-js/client";
import type { Parsed } from "#contract/errors.ts";
import { metrics as registry } from "#contract/metrics.ts";
import { BacnetPoint } from "#edge/drivers/bacnet/options.ts";
import { readPoint, type Value } from "#edge/drivers/bacnet/readings.ts";
import { Told } from "#edge/drivers/told.ts";
import { isObject, type Json, objectOf } from "#gateway/translate/payload.ts";
import { type Answer, answered, excerpt, type Heard, refuse, type Says } from "./answer.ts";
import { meaningOf } from "./point-names.ts";

const OBJECT = /^(analog|binary|multi-state)-(input|output|value),\d{1,7}$/;
const FLAGS = ["in-alarm", "fault", "overridden", "out-of-service"] as const;
const NO_UNITS: number = EngineeringUnits.NO_UNITS;
const MOST_STATES = 65_535;
/** A room that is held open by its button is in use; one on standby may be either. */
const OCCUPANCY: Readonly<Record<string, boolean>> = {
  occupied: true,
  bypass: true,
  "occupied bypass": true,
  active: true,
  motion: true,
  yes: true,
  unoccupied: false,
  "not occupied": false,
  vacant: false,
  inactive: false,
  "no motion": false,
  no: false,
};

/** A fault of the object's shape, thrown to the one place that tells it. */
class Misshapen extends Error {
  readonly code: "BAD_SHAPE" | "BAD_UNIT" | "DEVICE_GARBAGE";
  readonly where: string;

  constructor(where: string, why: string, code: Misshapen["code"] = "BAD_SHAPE") {
    super(why);
    this.where = where;
    this.code = code;
  }
}

/**
 * An object with its properties, named as the standard names them. What it is for is read from its name, where that is
 * plain; the value as the `bacnet` driver reads it.
 */
export function decodeBacnet({ topic, payload }: Heard): Parsed<Answer> {
  const read = objectOf(payload);
  if (!read.ok) return read;
  try {
    return new BacnetObject(read.json, topic).answer();
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    return refuse(error.code, error.where, error.message);
  }
}

class BacnetObject {
  readonly #json: Json;
  readonly #id: string;
  readonly #name: string;
  /** The number of the present value; `undefined` where it is null. */
  readonly #number: number | undefined;
  /** What it answered instead. */
  readonly #error: string | undefined;
  readonly #flags: ReadonlySet<string>;
  readonly #reliability: string;
  readonly #units: number | undefined;

  constructor(json: Json, topic: string) {
    this.#json = json;
    this.#id = this.#text("object") ?? "";
    if (!OBJECT.test(this.#id)) throw new Misshapen("object", 'must be as "analog-input,4"');
    const asked = /^bacnet ([a-z-]+,\d+)$/i.exec(topic)?.[1];
    if (asked !== undefined && asked !== this.#id)
      throw new Misshapen("object", `is ${this.#id}, asked was for ${asked}`, "DEVICE_GARBAGE");
    this.#name = this.#text("object-name") ?? "";
    this.#error = json["error"] === undefined ? undefined : errorOf(json["error"]);
    this.#flags = this.#readFlags();
    this.#reliability = this.#readReliability();
    this.#units = this.#readUnits();
    this.#number = this.#readValue();
  }

  answer(): Parsed<Answer> {
    if (this.#error !== undefined) return answered("bacnet", {}, { error: this.#error });
    const says = this.#troubles();
    const isSound = Object.keys(says).length === 0;
    const meaning = meaningOf(this.#id, this.#name);
    const state = this.#stateText();
    if (meaning === undefined || this.#number === undefined) return answered("bacnet", {}, says);
    if ("mode" in meaning)
      return answered("bacnet", {}, { ...says, ...(state !== undefined && { hvac_mode: state.toLowerCase() }) });
    if (
      isSound &&
      this.#id.startsWith("analog") &&
      this.#units === undefined &&
      registry.get(meaning.metric)?.unit === "°C"
    )
      return answered("bacnet", {}, {}, `${meaning.metric}: its unit is not told, and it may be °F`);
    const told = new Told();
    const point = this.#point(meaning.metric);
    if (point === undefined) return answered("bacnet", {}, { ...says, ...(state !== undefined && { state }) });
    readPoint(point, this.#properties(), told);
    const parsed = told.parsed("present-value");
    if (!parsed.ok) return parsed;
    const setpoint = /\b(cool|clg)/i.test(this.#name)
      ? "cooling"
      : /\b(heat|htg)/i.test(this.#name)
        ? "heating"
        : undefined;
    const isOf = meaning.metric === "setpoint_c" && setpoint !== undefined;
    return answered("bacnet", parsed.value, { ...says, ...(isOf && { setpoint_of: setpoint }) });
  }

  /** `undefined`: what its states mean is not told. */
  #point(metric: string): BacnetPoint | undefined {
    if (registry.get(metric)?.kind === "number") return BacnetPoint.parse({ object: this.#id, metric });
    const texts = this.#texts();
    if (texts === undefined)
      return this.#id.startsWith("binary") ? BacnetPoint.parse({ object: this.#id, metric }) : undefined;
    const values = Object.fromEntries(
      [...texts].flatMap(([number, text]) => {
        const meant = OCCUPANCY[text.trim().toLowerCase()];
        return meant === undefined ? [] : [[String(number), meant]];
      }),
    );
    return this.#number !== undefined && String(this.#number) in values
      ? BacnetPoint.parse({ object: this.#id, metric, values })
      : undefined;
  }

  #troubles(): Says {
    const isFaulty =
      this.#flags.has("fault") || this.#text("event-state") === "fault" || this.#reliability !== "no-fault-detected";
    const isInput = this.#id.includes("-input,");
    return {
      ...(isFaulty && { fault: this.#reliability === "no-fault-detected" ? "it says no more" : this.#reliability }),
      ...(this.#flags.has("out-of-service") && { out_of_service: true }),
      ...(this.#flags.has("overridden") && isInput && { overridden: true }),
      ...(this.#flags.has("in-alarm") && { in_alarm: true }),
    };
  }

  #properties(): Map<number, Value> {
    const isFaulty = "fault" in this.#troubles();
    const bits = FLAGS.reduce(
      (sum, name, bit) => sum | (this.#flags.has(name) || (name === "fault" && isFaulty) ? 1 << bit : 0),
      0,
    );
    const properties = new Map<number, Value>([
      [PropertyIdentifier.PRESENT_VALUE, { type: ApplicationTag.DOUBLE, value: this.#number }],
      [PropertyIdentifier.STATUS_FLAGS, { type: ApplicationTag.BIT_STRING, value: { bitsUsed: 4, value: [bits] } }],
      [
        PropertyIdentifier.RELIABILITY,
        { type: ApplicationTag.ENUMERATED, value: enumerated(Reliability, this.#reliability) },
      ],
    ]);
    if (this.#units !== undefined)
      properties.set(PropertyIdentifier.UNITS, { type: ApplicationTag.ENUMERATED, value: this.#units });
    return properties;
  }

  #text(key: string): string | undefined {
    const value = this.#json[key];
    if (value === undefined) return undefined;
    if (typeof value !== "string") throw new Misshapen(key, "must be a text");
    return value.slice(0, 256);
  }

  #readFlags(): ReadonlySet<string> {
    const flags = this.#json["status-flags"] ?? {};
    if (!isObject(flags)) throw new Misshapen("status-flags", "must be an object of true and false");
    const found = new Set<string>();
    const alone = this.#json["out-of-service"];
    for (const [name, value] of [
      ...Object.entries(flags),
      ...(alone === undefined ? [] : [["out-of-service", alone] as const]),
    ]) {
      if (typeof value !== "boolean") throw new Misshapen(`status-flags.${name.slice(0, 32)}`, "must be true or false");
      if (value) found.add(name);
    }
    return found;
  }

  #readReliability(): string {
    const name = this.#text("reliability") ?? "no-fault-detected";
    if (enumerated(Reliability, name) === undefined) throw new Misshapen("reliability", `${excerpt(name)} is none`);
    return name;
  }

  #readUnits(): number | undefined {
    const name = this.#text("units");
    if (name === undefined) return undefined;
    const units = enumerated(EngineeringUnits, name);
    if (units === undefined) throw new Misshapen("units", `${excerpt(name)} is no unit of the standard`, "BAD_UNIT");
    return units === NO_UNITS ? undefined : units;
  }

  #readValue(): number | undefined {
    const value = this.#json["present-value"];
    if (value === null || this.#error !== undefined) return undefined;
    if (value === undefined) throw new Misshapen("present-value", "is missing");
    if (this.#id.startsWith("analog")) {
      if (typeof value === "number" && Number.isFinite(value)) return value;
      throw new Misshapen("present-value", "must be a number");
    }
    if (this.#id.startsWith("binary")) {
      const number =
        value === "active" || value === 1 || value === true
          ? 1
          : value === "inactive" || value === 0 || value === false
            ? 0
            : -1;
      if (number >= 0) return number;
      throw new Misshapen("present-value", "must be active or inactive");
    }
    const most = Math.min(this.#stateCount(), this.#stateTexts()?.length ?? MOST_STATES);
    if (typeof value !== "number" || !Number.isInteger(value))
      throw new Misshapen("present-value", "must be a whole number");
    if (value < 1 || value > most)
      throw new Misshapen("present-value", `is ${value}: states count from 1 to ${most}`, "DEVICE_GARBAGE");
    return value;
  }

  #stateCount(): number {
    const count = this.#json["number-of-states"] ?? MOST_STATES;
    if (typeof count === "number" && Number.isInteger(count) && count >= 1) return count;
    throw new Misshapen("number-of-states", "must be a whole number from 1");
  }

  #stateTexts(): readonly string[] | undefined {
    const texts = this.#json["state-text"];
    if (texts === undefined) return undefined;
    if (Array.isArray(texts) && texts.length > 0 && texts.every((text) => typeof text === "string")) return texts;
    throw new Misshapen("state-text", "must be a list of texts");
  }

  /** What each number of a state is called; `undefined` where it is not told. */
  #texts(): ReadonlyMap<number, string> | undefined {
    if (this.#id.startsWith("binary")) {
      const [on, off] = [this.#text("active-text"), this.#text("inactive-text")];
      return on === undefined || off === undefined
        ? undefined
        : new Map([
            [1, on],
            [0, off],
          ]);
    }
    const texts = this.#stateTexts();
    return texts && new Map(texts.map((text, i) => [i + 1, text]));
  }

  #stateText(): string | undefined {
    return this.#number === undefined ? undefined : this.#texts()?.get(this.#number)?.slice(0, 64);
  }
}

/** `unknown-object`, or `{class, code}`. */
function errorOf(error: unknown): string {
  const code = isObject(error) ? error["code"] : error;
  if (typeof code !== "string" || code === "") throw new Misshapen("error", "must be the code's name");
  return code.slice(0, 64);
}

/** "degrees-fahrenheit", as the standard writes it, in the library's table. */
function enumerated(table: object, name: string): number | undefined {
  if (!/^[a-z0-9-]{1,64}$/i.test(name)) return undefined;
  const key = name.toUpperCase().replaceAll("-", "_");
  const found: unknown = Object.hasOwn(table, key) ? (table as Record<string, unknown>)[key] : undefined;
  return typeof found === "number" ? found : undefined;
}
