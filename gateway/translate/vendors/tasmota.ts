import type { MetricValue } from "#contract/metrics.ts";
import type { Instant } from "#contract/units.ts";
import { celsius, isObject, type Json, misreadAt, numberOf, objectOf, scaled, switchOf, textOf } from "../payload.ts";
import { fromEpoch, fromText } from "../time.ts";
import {
  defineTranslator,
  type DeviceReading,
  type DeviceWord,
  nothing,
  refused,
  type Translated,
  type VendorMessage,
  words,
} from "../translation.ts";

const PREFIXES = new Set(["tele", "stat"]);
/** Told by sensors of motion, of the processor and of gas: the temperature of a chip, not of the room. */
const CHIP = /^(ESP32|MPU\d|MHZ19|LSM6|BMI|ADXL|QMC|HMC|LIS)/i;
/** Without a unit only these can be °C of a room; anything else may be °F of an old release. */
const SURELY_CELSIUS: readonly [number, number] = [-5, 45];
const QUANTITIES = ["Temperature", "Humidity", "Pressure", "CarbonDioxide", "TVOC", "PM2.5", "Illuminance"];
const RELAY = /^POWER(\d*)$/;

/**
 * Tasmota: `tele/{topic}/SENSOR`, `…/STATE`, `…/LWT`, `stat/{topic}/RESULT`, `…/STATUS8`, `…/POWERn` (or topic before
 * prefix). Units stand at the top level, one object a sensor; `Time` is local unless it has an offset. tasmota.github.io/docs/MQTT
 */
export const tasmota = defineTranslator({
  name: "tasmota",
  title: "Tasmota",
  filters: ["tele/+/#", "stat/+/#"],
  listens: ["cmnd/#"],
  every_s: 300,
  hasSleepers: true,
  recognises: ({ topic }) => placeOf(topic) !== undefined,
  start({ zone }) {
    return (message) => translate(message, zone);
  },
});

function placeOf(topic: string): { device: string; suffix: string } | undefined {
  const parts = topic.split("/");
  const suffix = parts.at(-1) ?? "";
  if (parts.length < 3 || !/^(SENSOR|STATE|LWT|RESULT|STATUS\d*|POWER\d*|INFO\d|UPTIME|LOGGING)$/.test(suffix))
    return undefined;
  if (PREFIXES.has(parts[0] ?? "")) return { device: parts.slice(1, -1).join("/"), suffix };
  if (PREFIXES.has(parts.at(-2) ?? "")) return { device: parts.slice(0, -2).join("/"), suffix };
  return undefined;
}

function translate({ topic, payload }: VendorMessage, zone: string | undefined): Translated {
  const place = placeOf(topic);
  if (place === undefined) return refused("WRONG_TOPIC", "topic", "is none of Tasmota's (tele/{topic}/SENSOR …)");
  const { device, suffix } = place;
  if (payload.length === 0) return words({ device, state: "removed" });
  if (suffix === "LWT") return lastWill(device, payload);
  const relay = RELAY.exec(suffix);
  if (relay !== null) {
    const on = switchOf(textOf(payload));
    if (on === undefined) return refused("BAD_SHAPE", "payload", "must be ON or OFF");
    return { ok: true, readings: [{ device: outlet(device, relay[1]), metrics: { switched_on: on } }], words: [] };
  }
  const read = objectOf(payload);
  if (!read.ok) return read;
  const body = [read.json["StatusSNS"], read.json["StatusSTS"]].find(isObject) ?? read.json;
  return new Sensors(device, body, zone).translation();
}

function lastWill(device: string, payload: Uint8Array): Translated {
  const word = textOf(payload)?.trim().toLowerCase();
  if (word !== "online" && word !== "offline") return refused("BAD_SHAPE", "payload", "must be Online or Offline");
  return words({ device, state: word });
}

const outlet = (device: string, number: string | undefined): string =>
  number === undefined || number === "" || number === "1" ? device : `${device}/POWER${number}`;

/** One message of sensors: each is a device of its own, for the second of a kind must not become the first. */
class Sensors {
  readonly #device: string;
  readonly #body: Json;
  readonly #at: Instant | undefined;
  readonly #isFahrenheit: boolean | undefined;
  readonly #readings = new Map<string, DeviceReading>();
  readonly #words: DeviceWord[] = [];

  constructor(device: string, body: Json, zone: string | undefined) {
    this.#device = device;
    this.#body = body;
    const { Epoch: epoch, Time: time, TempUnit: unit } = body;
    this.#at =
      typeof epoch === "number" ? fromEpoch(epoch) : typeof time === "string" ? fromText(time, zone) : undefined;
    this.#isFahrenheit = unit === "F" ? true : unit === "C" ? false : undefined;
  }

  translation(): Translated {
    const body = this.#body;
    this.#climate(this.#device, body);
    for (const [name, value] of Object.entries(body)) {
      const relay = RELAY.exec(name);
      if (relay !== null) this.#put(outlet(this.#device, relay[1]), "switched_on", switchOf(value));
      else if (/^Switch\d+$/.test(name)) this.#put(`${this.#device}/${name}`, "switched_on", switchOf(value));
      else if (name === "UptimeSec") this.#put(this.#device, "uptime_s", numberOf(value));
      else if (isObject(value)) this.#group(name, value);
    }
    const readings = [...this.#readings.values()].filter(
      ({ metrics, doubt }) => Object.keys(metrics).length > 0 || doubt !== undefined,
    );
    if (readings.length > 0 || this.#words.length > 0) return { ok: true, readings, words: this.#words };
    for (const [name, value] of Object.entries(body)) {
      const key = isObject(value) ? misreadAt(value, { numbers: QUANTITIES }) : undefined;
      if (key !== undefined) return refused("BAD_SHAPE", `${name}.${key}`, "must be a number");
    }
    return nothing();
  }

  #group(name: string, value: Json): void {
    const { DeepSleep: sleeps, Signal: signal } = value;
    if (name === "Wifi") {
      this.#put(this.#device, "rssi_dbm", numberOf(signal));
      const seconds = numberOf(sleeps);
      if (seconds !== undefined && seconds > 0)
        this.#words.push({ device: this.#device, state: "sleeping", interval_s: seconds });
    } else if (name === "ENERGY") this.#energy(value);
    else if (name === "ZbReceived" || name === "LwReceived") {
      for (const [address, device] of Object.entries(value)) if (isObject(device)) this.#radio(address, device);
    } else if (name === "LD2410" || name === "LD2402" || name === "LD2450") {
      const pin = value["Out_pin"];
      this.#put(`${this.#device}/${name}`, "occupied", switchOf(pin));
    } else if (name !== "IBEACON") this.#sensor(name, value);
  }

  #sensor(name: string, value: Json): void {
    // A plant's sensor means the soil when it says humidity.
    if ("Fertility" in value || "Moisture" in value) return;
    const id = value["Id"];
    const device = `${this.#device}/${typeof id === "string" && id !== "" ? id : name}`;
    this.#climate(device, value, CHIP.test(name));
    this.#put(device, "battery_pct", numberOf(value["Battery"]));
    this.#put(device, "temperature_c", this.#celsius(device, value["AMBTMP"]));
  }

  /** What a Zigbee or LoRaWAN device behind it says: partial, named where it was given a name. */
  #radio(address: string, value: Json): void {
    const name = value["Name"];
    const device = `${this.#device}/${typeof name === "string" && name !== "" ? name : address}`;
    this.#climate(device, value);
    this.#put(device, "link_quality_lqi", numberOf(value["LinkQuality"]));
    this.#put(device, "rssi_dbm", numberOf(value["RSSI"]));
    this.#put(device, "battery_pct", numberOf(value["BatteryPercentage"]));
    this.#put(device, "battery_v", numberOf(value["BatteryVoltage"]) ?? numberOf(value["Battery"]));
    this.#put(device, "occupied", switchOf(value["Occupancy"]));
    this.#put(device, "door_open", switchOf(value["DoorOpen"]) ?? switchOf(value["Contact"]));
  }

  #climate(device: string, value: Json, isChip = false): void {
    this.#put(device, isChip ? "chip_temperature_c" : "temperature_c", this.#celsius(device, value["Temperature"]));
    if (!isChip) this.#put(device, "humidity_pct", numberOf(value["Humidity"]));
    this.#put(device, "pressure_hpa", this.#hectopascal(value["Pressure"]));
    // eCO2 beside it is smoothed, or guessed from other gases.
    this.#put(device, "co2_ppm", numberOf(value["CarbonDioxide"]));
    this.#put(device, "voc_ppb", numberOf(value["TVOC"]));
    this.#put(device, "pm25_ugm3", numberOf(value["PM2.5"]) ?? numberOf(value["PM2_5"]));
    this.#put(device, "light_lux", numberOf(value["Illuminance"]));
  }

  #energy(value: Json): void {
    // With several phases each is a list: the first stands for none of them.
    this.#put(this.#device, "power_w", numberOf(value["Power"]));
    this.#put(this.#device, "voltage_v", numberOf(value["Voltage"]));
    this.#put(this.#device, "current_a", numberOf(value["Current"]));
    this.#put(this.#device, "energy_kwh", numberOf(value["Total"]));
  }

  #celsius(device: string, value: unknown): number | undefined {
    const number = numberOf(value);
    if (number === undefined || this.#isFahrenheit === false) return number;
    if (this.#isFahrenheit === true) return celsius(number);
    if (number >= SURELY_CELSIUS[0] && number <= SURELY_CELSIUS[1]) return number;
    this.#reading(device).doubt = `${number} has no unit: it may be °F`;
    return undefined;
  }

  #hectopascal(value: unknown): number | undefined {
    const number = numberOf(value);
    if (number === undefined) return undefined;
    const unit = this.#body["PressureUnit"];
    if (unit === "mmHg") return scaled(number, 1.333_22);
    return unit === "inHg" ? scaled(number, 33.8639) : number;
  }

  #put(device: string, metric: string, value: MetricValue | undefined): void {
    if (value !== undefined) this.#reading(device).metrics[metric] = value;
  }

  #reading(device: string): DeviceReading {
    let reading = this.#readings.get(device);
    if (reading === undefined) {
      reading = { device, metrics: {}, ...(this.#at !== undefined && { at: this.#at }) };
      this.#readings.set(device, reading);
    }
    return reading;
  }
}
