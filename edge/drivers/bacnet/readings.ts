import { ApplicationTag, PropertyIdentifier, Reliability } from "@bacnet-js/client";
import { ReadPropertyMultiple } from "@bacnet-js/client/dist/lib/services/index.js";
import { messageOf, type Parsed } from "#contract/errors.ts";
import { metrics as registry, type MetricValue } from "#contract/metrics.ts";
import { type Metrics, Told } from "../told.ts";
import { isAnalog, objectIdOf, objectKey } from "./objects.ts";
import { BacnetPoint } from "./options.ts";
import { convert, nameOfUnits } from "./units.ts";

/** What a device said of one property: a value with its tag, as the library decodes it, or the error that it gave instead. */
export interface Value {
  type: number;
  value: unknown;
}
/** The properties of one object, by their number. What the device does not have is not there. */
export type Properties = ReadonlyMap<number, Value>;

const [NULL, ERROR]: readonly [number, number] = [ApplicationTag.NULL, ApplicationTag.ERROR];

/** Status flags, in the standard's order. */
const [FAULT, OVERRIDDEN, OUT_OF_SERVICE] = [1, 2, 3];

/**
 * Puts what an object says. A value that the device itself calls faulty, or that somebody has written by hand, is no
 * measurement: it is left out, and the reason is returned.
 */
export function readPoint(point: BacnetPoint, properties: Properties, told: Told): string | undefined {
  const flag = (bit: number | undefined): boolean => hasFlag(properties.get(PropertyIdentifier.STATUS_FLAGS), bit);
  const reliability = numberOf(properties.get(PropertyIdentifier.RELIABILITY)) ?? 0;
  if (flag(FAULT) || reliability !== 0) return `${point.object} is faulty: ${nameOfReliability(reliability)}`;
  if (flag(OUT_OF_SERVICE)) return `${point.object} is out of service`;
  if (flag(OVERRIDDEN) && point.object.includes("-input,")) return `${point.object} is overridden by hand`;
  const present = properties.get(PropertyIdentifier.PRESENT_VALUE);
  if (present === undefined || present.type === NULL) return undefined;
  const number = numberOf(present);
  if (number === undefined) told.refuse(`${point.metric}: the value of ${point.object} is no number`);
  else put(point, number, { told, units: numberOf(properties.get(PropertyIdentifier.UNITS)) });
  return undefined;
}

function put(point: BacnetPoint, number: number, { told, units }: { told: Told; units: number | undefined }): void {
  const { object, metric: name, scale, offset, values } = point;
  const metric = registry.get(name);
  if (metric?.kind !== "number") {
    const value: MetricValue | undefined = values === undefined ? number === 1 : values[String(number)];
    if (value === undefined || (values === undefined && number > 1)) told.refuse(`${name}: ${object} says ${number}`);
    else told.put(name, value);
    return;
  }
  const converted = isAnalog(object) ? convert(number, units, metric.unit) : number;
  if (converted === undefined)
    told.refuse(`${name}: ${object} is in ${nameOfUnits(units ?? 0)}, not in ${metric.unit}`);
  // A real of 32 bits knows seven digits; the rest is noise of the conversion.
  else told.put(name, Number((converted * scale + offset).toPrecision(7)));
}

/** Numbers and enumerations; a boolean is 0 or 1. */
function numberOf(value: Value | undefined): number | undefined {
  if (value?.type === ApplicationTag.BOOLEAN) return value.value === true ? 1 : 0;
  const isNumber =
    value !== undefined &&
    [
      ApplicationTag.UNSIGNED_INTEGER,
      ApplicationTag.SIGNED_INTEGER,
      ApplicationTag.REAL,
      ApplicationTag.DOUBLE,
      ApplicationTag.ENUMERATED,
    ].includes(value.type);
  return isNumber && typeof value.value === "number" && Number.isFinite(value.value) ? value.value : undefined;
}

export const textOf = (value: Value | undefined): string | undefined =>
  value?.type === ApplicationTag.CHARACTER_STRING && typeof value.value === "string"
    ? value.value
        .slice(0, 512)
        .replaceAll(/[\p{Cc}\p{Cf}\uFFFD]/gu, "")
        .trim()
        .slice(0, 128)
    : undefined;

function hasFlag(flags: Value | undefined, bit: number | undefined): boolean {
  if (flags?.type !== ApplicationTag.BIT_STRING || bit === undefined) return false;
  const { value: bytes } = (flags.value ?? {}) as { value?: unknown };
  const first: unknown = Array.isArray(bytes) ? bytes[0] : undefined;
  return typeof first === "number" && (first & (1 << bit)) !== 0;
}

const nameOfReliability = (number: number): string =>
  number === 0 ? "it says no more" : (Reliability[number]?.toLowerCase().replaceAll("_", "-") ?? `reason ${number}`);

/** What the library decoded of an answer to ReadPropertyMultiple, by object. Errors in the place of values are left out. */
export function propertiesOf(decoded: unknown): Map<string, Map<number, Value>> {
  const found = new Map<string, Map<number, Value>>();
  const { values: objects } = (decoded ?? {}) as { values?: unknown };
  for (const each of Array.isArray(objects) ? objects : []) {
    const { objectId, values } = each as { objectId?: { type: number; instance: number }; values?: unknown };
    if (objectId === undefined || !Array.isArray(values)) continue;
    const properties = found.get(objectKey(objectId)) ?? new Map<number, Value>();
    for (const { id, value } of values as { id: number; value: unknown }[]) {
      const first: unknown = Array.isArray(value) ? value[0] : undefined;
      if (isValue(first)) properties.set(id, first);
    }
    found.set(objectKey(objectId), properties);
  }
  return found;
}

/** Its tag and the bytes of a number: the library reads a number of another length as 0. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [ApplicationTag.REAL, 5],
  [ApplicationTag.DOUBLE, 10],
]);

export function isValue(value: unknown): value is Value {
  if (typeof value !== "object" || value === null) return false;
  const { type, len } = value as { type?: unknown; len?: unknown };
  if (typeof type !== "number" || type === ERROR) return false;
  const length = LENGTHS.get(type);
  return length === undefined || len === undefined || len === length;
}

const [BVLC_BACNET_IP, BVLC_UNICAST, NPDU_VERSION, COMPLEX_ACK, READ_PROPERTY_MULTIPLE] = [0x81, 0x0a, 1, 0x30, 0x0e];
const HEAD = 9;

/**
 * One whole answer to ReadPropertyMultiple (BACnet/IP, unicast, not segmented) in metrics, or why it says nothing. Pure: for
 * golden cases and mutated answers. `points` as in the configuration.
 */
export function parseBacnet(answer: Uint8Array, points: unknown): Parsed<Metrics> {
  const refused = (why: string): Parsed<Metrics> => ({ ok: false, code: "DEVICE_GARBAGE", where: "answer", why });
  const read = BacnetPoint.array().safeParse(points);
  if (!read.success) return { ok: false, code: "CONFIG_INVALID", where: "points", why: read.error.message };
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  const [type, kind, , , version, control, pdu, , service] = bytes;
  if (type !== BVLC_BACNET_IP || kind !== BVLC_UNICAST || bytes.length < HEAD || bytes.readUInt16BE(2) !== bytes.length)
    return refused("is no BACnet/IP");
  if (version !== NPDU_VERSION || control !== 0 || pdu !== COMPLEX_ACK || service !== READ_PROPERTY_MULTIPLE)
    return refused("is no answer to ReadPropertyMultiple");
  const told = new Told();
  let decoded: unknown;
  try {
    decoded = ReadPropertyMultiple.decodeAcknowledge(bytes, HEAD, bytes.length - HEAD);
  } catch (error) {
    return refused(messageOf(error).slice(0, 120));
  }
  if (decoded === undefined) return refused("cannot be decoded");
  const objects = propertiesOf(decoded);
  const faults: string[] = [];
  for (const point of read.data) {
    const properties = objects.get(objectKey(objectIdOf(point.object)));
    const fault = properties && readPoint(point, properties, told);
    if (fault !== undefined) faults.push(fault);
  }
  if (told.refused === undefined && faults.length > 0)
    return { ok: false, code: "DEVICE_FAULT", where: "answer", why: faults.join("; ") };
  return told.parsed("answer");
}
