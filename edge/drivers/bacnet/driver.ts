import { ObjectType, PropertyIdentifier } from "@bacnet-js/client";
import { between, type Instant, seconds } from "#contract/units.ts";
import { defineDriver, type DriverContext, type Observation, type OpenDevice } from "../driver.ts";
import { Told } from "../told.ts";
import { isAnalog, objectIdOf, objectKey } from "./objects.ts";
import { BacnetOptions, type BacnetPoint } from "./options.ts";
import { readPoint, textOf, type Value } from "./readings.ts";
import { BacnetFailure, BacnetRefusal, BacnetSession, findDevice, type Place, resolveHost } from "./session.ts";

const { STATUS_FLAGS, RELIABILITY, UNITS, MODEL_NAME, VENDOR_NAME, FIRMWARE_REVISION, SERIAL_NUMBER } =
  PropertyIdentifier;
const PRESENT_VALUE: number = PropertyIdentifier.PRESENT_VALUE;
/** So many objects fit into one answer of 1,476 bytes, whatever they say. */
const POINTS_PER_ASK = 10;
/** By this instance a device answers for its own device object, whatever its number. */
const ANY_DEVICE = 4_194_303;
const IDENTITY = [VENDOR_NAME, MODEL_NAME, FIRMWARE_REVISION, SERIAL_NUMBER];
const TROUBLES_TOLD = 5;

/** Air controllers and room sensors by BACnet/IP. */
export const bacnet = defineDriver({
  id: "bacnet",
  title: "Air controllers and room sensors by BACnet/IP",
  options: BacnetOptions,
  kind: (options) => options.kind,
  shortestInterval: seconds(10),
  longestPoll: seconds(20),
  intervals: (options, every) => ({
    reachable: every,
    latency_ms: every,
    ...Object.fromEntries(options.points.map(({ metric }) => [metric, every])),
  }),
  open: (options, context) => new BacnetDevice(options, context),
});

/** What one poll has learned so far. */
class Look {
  readonly told = new Told();
  /** What the device itself calls faulty. */
  readonly faults: string[] = [];
  /** What it does not have. */
  readonly missing: string[] = [];
  hasAnswered = false;
}

class BacnetDevice implements OpenDevice {
  readonly #options: BacnetOptions;
  readonly #context: DriverContext;
  readonly #units = new Map<string, Value>();
  /** Properties that it refused, as `0,4 103`: not asked again. */
  readonly #absent = new Set<string>();
  /** Where it said that it is; forgotten when nobody answers there any more. */
  #place: Place | undefined;
  #knowsMany = true;
  #identity: ReadonlyMap<number, Value> | undefined;

  constructor(options: BacnetOptions, context: DriverContext) {
    this.#options = options;
    this.#context = context;
  }

  async poll(signal: AbortSignal): Promise<Observation> {
    const seen = new Look();
    let session: BacnetSession | undefined;
    try {
      const place = await this.#find(signal);
      session = new BacnetSession(place, signal);
      await this.#look(session, seen);
      return this.#observed(seen);
    } catch (error) {
      if (!(error instanceof BacnetFailure)) throw error;
      return this.#troubled(error, seen);
    } finally {
      session?.end();
    }
  }

  async #find(signal: AbortSignal): Promise<Place> {
    const { host, port, device_id, broadcast, listen_port } = this.#options;
    const { clock } = this.#context;
    if (host !== undefined) return { address: await resolveHost(host, clock, signal), port };
    if (device_id === undefined || broadcast === undefined) throw new Error("a device without an address or a number");
    const search = { deviceId: device_id, broadcast: { address: broadcast, port }, listenPort: listen_port };
    this.#place ??= await findDevice(search, clock, signal);
    return this.#place;
  }

  async #look(session: BacnetSession, seen: Look): Promise<void> {
    const { clock } = this.#context;
    const { points } = this.#options;
    const startedAt = clock.now();
    for (let i = 0; i < points.length; i += POINTS_PER_ASK) {
      const some = points.slice(i, i + POINTS_PER_ASK);
      const found = await this.#readMany(session, some);
      seen.hasAnswered = true;
      if (i === 0) seen.told.put("latency_ms", latency(startedAt, clock.now()));
      for (const point of some) this.#read(point, found.get(objectKey(objectIdOf(point.object))), seen);
    }
    await this.#identify(session, seen);
  }

  /** Many objects in one question, or one property after the other where the device does not know that. */
  async #readMany(session: BacnetSession, points: readonly BacnetPoint[]): Promise<Map<string, Map<number, Value>>> {
    if (this.#knowsMany) {
      try {
        return await session.readMany(
          points.map((point) => ({
            objectId: objectIdOf(point.object),
            properties: this.#wanted(point).map((id) => ({ id, index: ALL })),
          })),
        );
      } catch (error) {
        if (!(error instanceof BacnetRefusal)) throw error;
        this.#knowsMany = false;
      }
    }
    const found = new Map<string, Map<number, Value>>();
    for (const point of points) {
      const object = objectIdOf(point.object);
      const properties = new Map<number, Value>();
      for (const id of this.#wanted(point)) {
        const value = await this.#readOne(session, object, id);
        if (value !== undefined) properties.set(id, value);
      }
      found.set(objectKey(object), properties);
    }
    return found;
  }

  async #readOne(
    session: BacnetSession,
    object: { type: number; instance: number },
    id: number,
  ): Promise<Value | undefined> {
    const key = `${objectKey(object)} ${id}`;
    if (this.#absent.has(key)) return undefined;
    try {
      return await session.read(object, id);
    } catch (error) {
      if (!(error instanceof BacnetRefusal)) throw error;
      // What it measures is asked for each time; what it may not have is not.
      if (id !== PRESENT_VALUE) this.#absent.add(key);
      return undefined;
    }
  }

  #wanted(point: BacnetPoint): number[] {
    const asksUnits = isAnalog(point.object) && !this.#units.has(point.object);
    return [PRESENT_VALUE, STATUS_FLAGS, RELIABILITY, ...(asksUnits ? [UNITS] : [])];
  }

  #read(point: BacnetPoint, found: ReadonlyMap<number, Value> | undefined, seen: Look): void {
    if (found === undefined || !found.has(PRESENT_VALUE)) {
      seen.missing.push(`${point.object} tells no value`);
      return;
    }
    const units = found.get(UNITS) ?? this.#units.get(point.object);
    if (units !== undefined) this.#units.set(point.object, units);
    const whole = units === undefined ? found : new Map([...found, [UNITS, units]]);
    const fault = readPoint(point, whole, seen.told);
    if (fault !== undefined) seen.faults.push(fault);
  }

  /** What it is: asked once. */
  async #identify(session: BacnetSession, seen: Look): Promise<void> {
    if (this.#identity !== undefined) return;
    const { device_id } = this.#options;
    const device = { type: ObjectType.DEVICE, instance: device_id ?? ANY_DEVICE };
    const identity = await this.#readIdentity(session, device);
    this.#identity = identity;
    if (identity.size === 0 && device_id !== undefined) seen.missing.push(`it is not device ${device_id}`);
  }

  async #readIdentity(
    session: BacnetSession,
    device: { type: number; instance: number },
  ): Promise<ReadonlyMap<number, Value>> {
    if (this.#knowsMany) {
      try {
        const properties = IDENTITY.map((id) => ({ id, index: ALL }));
        const [told] = (await session.readMany([{ objectId: device, properties }])).values();
        if (told !== undefined && told.size > 0) return told;
      } catch (error) {
        if (!(error instanceof BacnetRefusal)) throw error;
      }
    }
    const identity = new Map<number, Value>();
    for (const id of IDENTITY) {
      const value = await this.#readOne(session, device, id);
      if (value !== undefined) identity.set(id, value);
    }
    return identity;
  }

  #observed(seen: Look): Observation {
    const lies = seen.told.refused;
    const tell = (all: readonly string[]): string => this.#named(all.slice(0, TROUBLES_TOLD).join("; "));
    return {
      state: "online",
      metrics: { reachable: true, ...seen.told.metrics },
      ...this.#told(),
      ...(seen.missing.length > 0 && { error: { code: "CONFIG_INVALID", text: tell(seen.missing) } }),
      ...(seen.faults.length > 0 && { error: { code: "DEVICE_FAULT", text: tell(seen.faults) } }),
      ...(lies !== undefined && { error: { code: "DEVICE_GARBAGE", text: this.#named(lies) } }),
    };
  }

  /** What was answered before the trouble is kept. */
  #troubled(failure: BacnetFailure, seen: Look): Observation {
    const error = { code: failure.code, text: this.#named(failure.message) };
    if (seen.hasAnswered) return { ...this.#observed(seen), error };
    this.#place = undefined;
    return { state: "offline", metrics: { reachable: false }, error, ...this.#told() };
  }

  #told(): { model?: string; firmware?: string; serial?: string } {
    const of = (id: number): string => textOf(this.#identity?.get(id)) ?? "";
    const model = [of(VENDOR_NAME), of(MODEL_NAME)].filter((part) => part !== "").join(" ");
    const [firmware, serial] = [of(FIRMWARE_REVISION), of(SERIAL_NUMBER)];
    return {
      ...(model !== "" && { model }),
      ...(firmware !== "" && { firmware }),
      ...(serial !== "" && { serial }),
    };
  }

  #named(text: string): string {
    const { host, port, device_id } = this.#options;
    return `${host === undefined ? `device ${device_id}` : `${host}:${port}`} ${text}`;
  }
}

/** The whole property, not a part of a list. */
const ALL = 0xff_ff_ff_ff;

/** `undefined` when the clock was set meanwhile. */
function latency(from: Instant, to: Instant): number | undefined {
  const took = between(from, to);
  return took >= 0 && took <= 60_000 ? took : undefined;
}
