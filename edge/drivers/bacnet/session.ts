import { lookup } from "node:dns/promises";
import { type BACNetReadAccessSpecification, MaxSegmentsAccepted } from "@bacnet-js/client";
import type { Clock } from "#contract/clock.ts";
import { type ErrorCode, messageOf } from "#contract/errors.ts";
import { type Millis, seconds } from "#contract/units.ts";
import { BacnetClient } from "./client.ts";
import type { ObjectId } from "./objects.ts";
import { isValue, propertiesOf, type Value } from "./readings.ts";
import { GuardedTransport } from "./transport.ts";

/** Why a device could not be asked. */
export class BacnetFailure extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, text: string) {
    super(text);
    this.name = "BacnetFailure";
    this.code = code;
  }
}

/** The device's own refusal of one question (an error, a reject or an abort); others may be answered. */
export class BacnetRefusal extends Error {}

export interface Place {
  address: string;
  port: number;
}

/** The standard's own patience is three seconds. Each question is asked twice at most. */
const ANSWER_WITHIN: Millis = seconds(4);
const FOUND_WITHIN: Millis = seconds(3);
const LOOKUP_WITHIN: Millis = seconds(4);

/** Rejects when the poll is over, or `within` has passed. */
function limit<T>(
  work: Promise<T>,
  signal: AbortSignal,
  late: { clock: Clock; within: Millis; why: string },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new BacnetFailure("DEVICE_SILENT", late.why));
    const cancel = late.clock.after(late.within, stop);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => {
      cancel();
      signal.removeEventListener("abort", stop);
    });
  });
}

/** The IPv4 address of a name: BACnet/IP is spoken over that. */
export async function resolveHost(host: string, clock: Clock, signal: AbortSignal): Promise<string> {
  try {
    const found = lookup(host, { family: 4 });
    return (await limit(found, signal, { clock, within: LOOKUP_WITHIN, why: "its name is not found in time" })).address;
  } catch (error) {
    throw error instanceof BacnetFailure ? error : new BacnetFailure("DEVICE_SILENT", messageOf(error));
  }
}

export interface Search {
  deviceId: number;
  broadcast: Place;
  listenPort: number;
}

/** Asks a network who has that number, and waits for the first who says so. */
export async function findDevice(search: Search, clock: Clock, signal: AbortSignal): Promise<Place> {
  const { deviceId, broadcast, listenPort } = search;
  let client: BacnetClient | undefined;
  const found = new Promise<Place>((resolve, reject) => {
    const transport = new GuardedTransport({
      localPort: listenPort,
      broadcast,
      hears: () => true,
      onGarbage: () => {},
    });
    client = new BacnetClient({ transport });
    client.on("error", (error) => reject(new BacnetFailure("DEVICE_SILENT", messageOf(error))));
    client.on("iAm", ({ header, payload }) => {
      const [address, port] = (header?.sender.address ?? "").split(":");
      if (payload.deviceId === deviceId && address !== undefined && address !== "")
        resolve({ address, port: Number(port ?? broadcast.port) });
    });
    client.on("listening", () => client?.whoIs({ lowLimit: deviceId, highLimit: deviceId }));
  });
  try {
    const why = `nobody at ${broadcast.address} says that it is device ${deviceId}`;
    return await limit(found, signal, { clock, within: FOUND_WITHIN, why });
  } finally {
    client?.close();
  }
}

/** Asks one device, and hears nobody else. */
export class BacnetSession {
  readonly #client: BacnetClient;
  readonly #receiver: { address: string };
  readonly #signal: AbortSignal;
  #hasHeardGarbage = false;
  #reject: (failure: BacnetFailure) => void = () => {};
  readonly #abort = (): void => this.#reject(new BacnetFailure("DEVICE_SILENT", "gave up: it took too long"));

  constructor({ address, port }: Place, signal: AbortSignal) {
    this.#receiver = { address: `${address}:${port}` };
    this.#signal = signal;
    const transport = new GuardedTransport({
      localPort: 0,
      broadcast: undefined,
      hears: (from, fromPort) => from === address && fromPort === port,
      onGarbage: () => {
        this.#hasHeardGarbage = true;
        this.#reject(new BacnetFailure("DEVICE_GARBAGE", "answers something that is not BACnet"));
      },
    });
    this.#client = new BacnetClient({ transport, apduTimeout: ANSWER_WITHIN });
    this.#client.on("error", (error) => this.#reject(new BacnetFailure("DEVICE_SILENT", messageOf(error))));
    signal.addEventListener("abort", this.#abort);
  }

  /** The properties of many objects at once. */
  async readMany(specs: BACNetReadAccessSpecification[]): Promise<Map<string, Map<number, Value>>> {
    const options = { maxSegments: MaxSegmentsAccepted.SEGMENTS_2 };
    return propertiesOf(await this.#ask(() => this.#client.readPropertyMultiple(this.#receiver, specs, options)));
  }

  /** One property of one object; `undefined` where its value is of no kind. */
  async read(object: ObjectId, property: number): Promise<Value | undefined> {
    const options = { maxSegments: MaxSegmentsAccepted.SEGMENTS_2 };
    const { values } = await this.#ask(() => this.#client.readProperty(this.#receiver, object, property, options));
    const first: unknown = values[0];
    return isValue(first) ? first : undefined;
  }

  end(): void {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#client.close();
  }

  /** Asks, and asks once more where nothing came. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await this.#once(question);
    } catch (error) {
      if (!isTimeout(error)) throw this.#named(error);
    }
    try {
      return await this.#once(question);
    } catch (error) {
      throw this.#named(error);
    }
  }

  #once<T>(question: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (this.#signal.aborted) this.#abort();
      else question().then(resolve, reject);
    });
  }

  #named(error: unknown): Error {
    if (error instanceof BacnetFailure) return error;
    const text = messageOf(error);
    if (isTimeout(error))
      return this.#hasHeardGarbage
        ? new BacnetFailure("DEVICE_GARBAGE", "answers something that is not BACnet")
        : new BacnetFailure("DEVICE_SILENT", "does not answer");
    if (/^Bacnet(Error|Abort)/.test(text)) return new BacnetRefusal(text.slice(0, 80));
    return new BacnetFailure("DEVICE_GARBAGE", `answers something that cannot be read: ${text.slice(0, 80)}`);
  }
}

const isTimeout = (error: unknown): boolean => messageOf(error) === "ERR_TIMEOUT";
