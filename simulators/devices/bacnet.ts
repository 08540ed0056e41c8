import { createSocket, type Socket } from "node:dgram";
import { EventEmitter } from "node:events";
import {
  ApplicationTag,
  type BACNetAppData,
  type BACNetObjectID,
  ErrorClass,
  ErrorCode,
  ObjectType,
  PropertyIdentifier,
  Segmentation,
} from "@bacnet-js/client";
import * as library from "@bacnet-js/client";
import type { Clock } from "#contract/clock.ts";
import { seconds } from "#contract/units.ts";

/** What can go wrong with a BACnet device, by name. A UDP port that is closed is silent, as one that hangs. */
export const bacnetFaults = {
  refuses: "The port is closed.",
  hangs: "It hears and never says anything.",
  "half-answers": "Every packet breaks off in its middle.",
  garbage: "It answers with bytes that are no BACnet.",
  slow: "Every answer takes three seconds.",
  deaf: "The first packet of each question is lost.",
  "only-single": "It does not know ReadPropertyMultiple.",
  "aborts-many": "It aborts ReadPropertyMultiple: its answer would be too long.",
  reboots: "It is away for twenty seconds.",
} as const;
export type BacnetFault = keyof typeof bacnetFaults;

interface BacnetObject {
  type: number;
  instance: number;
  /** Reals for analog, enumerations for binary, unsigned for multi-state objects. */
  value: number;
  units?: number;
  /** In the standard's order: in alarm, fault, overridden, out of service. */
  flags?: readonly [boolean, boolean, boolean, boolean];
  reliability?: number;
}

export interface BacnetDeviceOptions {
  host: string;
  port?: number;
  deviceId: number;
  clock: Clock;
  objects: readonly BacnetObject[];
}

export interface BacnetDevice {
  readonly port: number;
  /** Changes what one object says. */
  set(type: number, instance: number, change: Partial<BacnetObject>): void;
  fault(name: BacnetFault, isOn?: boolean): Promise<void>;
  /** Questions that it answered: `many 3`, `one 0,4 85`. */
  readonly asked: readonly string[];
  /** Safe to call twice. */
  stop(): Promise<void>;
}

const REBOOT = seconds(20);
const SLOW = seconds(3);
const ASKED_KEPT = 1_000;
const VENDOR = 999;

/** A device of BACnet/IP on a real UDP port: Who-Is, ReadProperty, ReadPropertyMultiple, with faults by name. */
export async function startBacnetDevice(options: BacnetDeviceOptions): Promise<BacnetDevice> {
  const device = new Device(options);
  await device.open();
  return device;
}

/** Loaders differ in what they call the default of a CommonJS module: the class, or the module that holds it. */
const found: unknown = library.default;
const Client = (typeof found === "function" ? found : library.default.default) as typeof library.default.default;
type Client = InstanceType<typeof Client>;

class Device implements BacnetDevice {
  readonly asked: string[] = [];
  readonly #options: BacnetDeviceOptions;
  readonly #faults = new Set<BacnetFault>();
  readonly #objects: Map<string, BacnetObject>;
  #client: Client | undefined;
  #port: number;
  #packets = 0;

  constructor(options: BacnetDeviceOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.#objects = new Map(options.objects.map((object) => [keyOf(object), object]));
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    const transport = new FaultyTransport(this.#port, this.#options.host, {
      hear: (take) => this.#hear(take),
      say: (bytes, send) => this.#say(bytes, send),
    });
    const client = new Client({ transport });
    this.#client = client;
    client.on("error", () => {});
    const { deviceId } = this.#options;
    client.on("whoIs", ({ header, payload }) => {
      const { lowLimit = 0, highLimit = 4_194_303 } = payload;
      if (deviceId >= lowLimit && deviceId <= highLimit && header !== undefined)
        client.iAmResponse(header.sender, deviceId, Segmentation.NO_SEGMENTATION, VENDOR);
    });
    client.on("readProperty", ({ header, payload, invokeId = 0, service = 0 }) => {
      if (header === undefined) return;
      const { objectId, property } = payload;
      this.#note(`one ${keyOf(objectId)} ${property.id}`);
      const value = this.#property(objectId, property.id);
      if (value === undefined) client.errorResponse(header.sender, service, invokeId, ...this.#lack(objectId));
      else client.readPropertyResponse(header.sender, invokeId, objectId, property, value);
    });
    client.on("readPropertyMultiple", ({ header, payload, invokeId = 0, service = 0 }) => {
      if (header === undefined) return;
      if (this.#faults.has("only-single")) {
        client.errorResponse(
          header.sender,
          service,
          invokeId,
          ErrorClass.SERVICES,
          ErrorCode.REJECT_UNRECOGNIZED_SERVICE,
        );
        return;
      }
      if (this.#faults.has("aborts-many")) {
        transport.abort(header.sender.address ?? "", invokeId);
        return;
      }
      this.#note(`many ${payload.properties.length}`);
      const values = payload.properties.map(({ objectId, properties }) => ({
        objectId,
        values: properties.map((property) => ({
          property,
          value: [this.#property(objectId, property.id) ?? this.#error(objectId)],
        })),
      }));
      client.readPropertyMultipleResponse(header.sender, invokeId, values);
    });
    this.#port = await transport.opened;
  }

  set(type: number, instance: number, change: Partial<BacnetObject>): void {
    const before = this.#objects.get(keyOf({ type, instance })) ?? { type, instance, value: 0 };
    this.#objects.set(keyOf({ type, instance }), { ...before, ...change });
  }

  async fault(name: BacnetFault, isOn = true): Promise<void> {
    if (isOn) this.#faults.add(name);
    else this.#faults.delete(name);
    if (name === "refuses") await (isOn ? this.stop() : this.open());
    if (name === "reboots" && isOn) this.#options.clock.after(REBOOT, () => this.#faults.delete("reboots"));
  }

  stop(): Promise<void> {
    this.#client?.close();
    this.#client = undefined;
    return Promise.resolve();
  }

  #property(objectId: BACNetObjectID, id: number): BACNetAppData | undefined {
    if (objectId.type === ObjectType.DEVICE) return this.#ofDevice(objectId.instance, id);
    const object = this.#objects.get(keyOf(objectId));
    if (object === undefined) return undefined;
    const isAnalog = objectId.type <= ObjectType.ANALOG_VALUE;
    const isBinary = !isAnalog && objectId.type <= ObjectType.BINARY_VALUE;
    const tag = isAnalog ? ApplicationTag.REAL : isBinary ? ApplicationTag.ENUMERATED : ApplicationTag.UNSIGNED_INTEGER;
    const word = (value: number | undefined): BACNetAppData | undefined =>
      value === undefined ? undefined : { type: ApplicationTag.ENUMERATED, value };
    const said: Readonly<Record<number, BACNetAppData | undefined>> = {
      [PropertyIdentifier.PRESENT_VALUE]: { type: tag, value: object.value },
      [PropertyIdentifier.STATUS_FLAGS]: {
        type: ApplicationTag.BIT_STRING,
        value: bitsOf(object.flags ?? [false, false, false, false]),
      },
      [PropertyIdentifier.RELIABILITY]: word(object.reliability),
      [PropertyIdentifier.UNITS]: word(object.units),
    };
    return said[id];
  }

  #ofDevice(instance: number, id: number): BACNetAppData | undefined {
    if (instance !== this.#options.deviceId && instance !== 4_194_303) return undefined;
    const texts: Readonly<Record<number, string>> = {
      [PropertyIdentifier.VENDOR_NAME]: "Lumen & Lux",
      [PropertyIdentifier.MODEL_NAME]: "VAV-7",
      [PropertyIdentifier.FIRMWARE_REVISION]: "4.2",
    };
    const text = texts[id];
    return text === undefined ? undefined : { type: ApplicationTag.CHARACTER_STRING, value: text };
  }

  #lack(objectId: BACNetObjectID): [number, number] {
    return this.#objects.has(keyOf(objectId)) || objectId.type === ObjectType.DEVICE
      ? [ErrorClass.PROPERTY, ErrorCode.UNKNOWN_PROPERTY]
      : [ErrorClass.OBJECT, ErrorCode.UNKNOWN_OBJECT];
  }

  /** An error in the place of a value, as the library spells it. */
  #error(objectId: BACNetObjectID): object {
    const [errorClass, errorCode] = this.#lack(objectId);
    return { value: { type: "BacnetError", errorClass, errorCode } };
  }

  #note(question: string): void {
    this.asked.push(question);
    if (this.asked.length > ASKED_KEPT) this.asked.shift();
  }

  #hear(take: () => void): void {
    this.#packets += 1;
    if (this.#faults.has("hangs") || this.#faults.has("reboots")) return;
    if (this.#faults.has("deaf") && this.#packets % 2 === 1) return;
    take();
  }

  #say(bytes: Buffer, send: (said: Buffer) => void): void {
    const faults = this.#faults;
    let said = bytes;
    if (faults.has("garbage")) said = Buffer.from("\u0007SSH-2.0-not-this\r\n");
    else if (faults.has("half-answers")) said = said.subarray(0, said.length / 2);
    if (faults.has("slow")) this.#options.clock.after(SLOW, () => send(said));
    else send(said);
  }
}

interface Faults {
  hear: (take: () => void) => void;
  say: (bytes: Buffer, send: (said: Buffer) => void) => void;
}

/** UDP on the loopback, between which and the library the faults sit. */
class FaultyTransport extends EventEmitter {
  readonly opened: Promise<number>;
  readonly #socket: Socket;
  readonly #faults: Faults;
  readonly #port: number;
  readonly #host: string;

  constructor(port: number, host: string, faults: Faults) {
    super();
    this.#port = port;
    this.#host = host;
    this.#faults = faults;
    this.#socket = createSocket("udp4");
    this.opened = new Promise((resolve, reject) => {
      this.#socket.once("listening", () => resolve(this.#socket.address().port));
      this.#socket.once("error", reject);
    });
    this.#socket.on("message", (bytes, from) =>
      this.#faults.hear(() => {
        try {
          this.emit("message", bytes, `${from.address}:${from.port}`);
        } catch {
          // A device drops what it does not understand; the library throws at some of it.
        }
      }),
    );
  }

  getBroadcastAddress(): string {
    return this.#host;
  }

  getMaxPayload(): number {
    return 1_476;
  }

  open(): void {
    this.#socket.bind(this.#port, this.#host);
  }

  send(buffer: Uint8Array, length: number, receiver: string | undefined): void {
    const [address, port] = (receiver ?? "").split(":");
    this.#faults.say(Buffer.from(buffer.subarray(0, length)), (said) => {
      this.#socket.send(said, Number(port), address, () => {});
    });
  }

  /** Abort, by the server, reason 4: segmentation is not supported. The library has no word for it. */
  abort(receiver: string, invokeId: number): void {
    const said = [0x81, 0x0a, 0, 9, 1, 0, 0x71, invokeId, 4];
    this.send(Uint8Array.from(said), said.length, receiver);
  }

  close(): void {
    this.#socket.close();
  }
}

const keyOf = ({ type, instance }: BACNetObjectID): string => `${type},${instance}`;

const bitsOf = (flags: readonly boolean[]): { bitsUsed: number; value: number[] } => ({
  bitsUsed: flags.length,
  value: [flags.reduce((sum, flag, i) => sum | (flag ? 1 << i : 0), 0)],
});
