import dgram, { type Socket, type SocketType } from "node:dgram";
import {
  AuthProtocols,
  createAgent,
  MaxAccess,
  MibProviderType,
  ObjectType,
  PrivProtocols,
  SecurityLevel,
} from "net-snmp";
import type { Clock } from "#contract/clock.ts";
import { between, type Instant, seconds } from "#contract/units.ts";

/** What can go wrong with an SNMP agent, by name. A UDP port that is closed is silent, as one that hangs. */
export const snmpFaults = {
  refuses: "The port is closed.",
  hangs: "It hears and never says anything.",
  "half-answers": "Every packet breaks off in its middle.",
  "wrong-digest": "It answers, and every version 3 packet is signed with another key.",
  garbage: "It answers with bytes that are no SNMP.",
  slow: "Every answer takes three seconds.",
  deaf: "The first packet of each question is lost.",
  reboots: "It is away for twenty seconds and its uptime begins anew.",
} as const;
export type SnmpFault = keyof typeof snmpFaults;

/** A value by its OID: numbers are Integer unless their type is named. */
export type SnmpObjects = Readonly<Record<string, string | number | Uint8Array | { type: ObjectType; value: unknown }>>;

export interface SnmpDeviceOptions {
  host: string;
  port?: number;
  clock: Clock;
  objects: SnmpObjects;
  community?: string;
  /** Version 3, by SHA-256 and AES. */
  user?: { name: string; authPassword: string; privacyPassword: string };
}

export interface SnmpDevice {
  readonly port: number;
  /** Changes what it says; `undefined` takes it away. */
  set(oid: string, value: SnmpObjects[string] | undefined): void;
  fault(name: SnmpFault, isOn?: boolean): Promise<void>;
  /** Packets that it heard. */
  readonly heard: number;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

/** The part of the library's MIB that is used; its types say nothing of it. */
interface Mib {
  addProviderToNode(provider: object): void;
  addNodesForOid(oid: string): { valueType?: ObjectType; value?: unknown };
}
interface Agent {
  getMib(): Mib;
  getAuthorizer(): { addCommunity(name: string): void; addUser(user: object): void };
  close(): void;
}

const UPTIME = "1.3.6.1.2.1.1.3.0";
const REBOOT = seconds(20);
const SLOW = seconds(3);

/** A device with a real SNMP agent (version 2c and 3) on a real UDP port, with faults by name. */
export async function startSnmpDevice(options: SnmpDeviceOptions): Promise<SnmpDevice> {
  const device = new Device(options);
  await device.open();
  return device;
}

class Device implements SnmpDevice {
  readonly #options: SnmpDeviceOptions;
  readonly #faults = new Set<SnmpFault>();
  readonly #objects: Map<string, SnmpObjects[string]>;
  #agent: Agent | undefined;
  #bootedAt: Instant;
  #port: number;
  #opened: Promise<void> = Promise.resolve();
  #packets = 0;

  constructor(options: SnmpDeviceOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.#objects = new Map(Object.entries(options.objects));
    this.#bootedAt = options.clock.now();
  }

  get port(): number {
    return this.#port;
  }

  get heard(): number {
    return this.#packets;
  }

  async open(): Promise<void> {
    const { community = "public", user } = this.#options;
    const agent = createAgent({ dgramModule: this.#faultySockets(), accessControlModelType: 0 }, () => {}) as Agent;
    agent.getMib().addProviderToNode({
      name: "everything",
      type: MibProviderType.Scalar,
      oid: "1.3.6.1",
      scalarType: ObjectType.Integer,
      maxAccess: MaxAccess["read-only"],
    });
    agent.getAuthorizer().addCommunity(community);
    if (user !== undefined)
      agent.getAuthorizer().addUser({
        name: user.name,
        level: SecurityLevel.authPriv,
        authProtocol: AuthProtocols.sha256,
        authKey: user.authPassword,
        privProtocol: PrivProtocols.aes,
        privKey: user.privacyPassword,
      });
    this.#agent = agent;
    for (const [oid, value] of this.#objects) this.#put(oid, value);
    await this.#opened;
  }

  set(oid: string, value: SnmpObjects[string] | undefined): void {
    if (value === undefined) this.#objects.delete(oid);
    else this.#objects.set(oid, value);
    this.#put(oid, value);
  }

  async fault(name: SnmpFault, isOn = true): Promise<void> {
    if (isOn) this.#faults.add(name);
    else this.#faults.delete(name);
    if (name === "refuses") await (isOn ? this.stop() : this.open());
    if (name === "reboots" && isOn) {
      this.#bootedAt = this.#options.clock.now();
      this.#options.clock.after(REBOOT, () => this.#faults.delete("reboots"));
    }
  }

  stop(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    agent?.close();
    return Promise.resolve();
  }

  #put(oid: string, value: SnmpObjects[string] | undefined): void {
    const node = this.#agent?.getMib().addNodesForOid(oid);
    if (node === undefined) return;
    Object.assign(node, { valueType: undefined, value: undefined }, value === undefined ? {} : typed(value));
  }

  /** Hundredths of a second since it started; asked for at each packet. */
  #tick(): void {
    const uptime = Math.max(0, Math.round(between(this.#bootedAt, this.#options.clock.now()) / 10));
    this.#put(UPTIME, { type: ObjectType.TimeTicks, value: uptime });
  }

  /** The agent's socket, between which and the network the faults sit. */
  #faultySockets(): { createSocket: (type: SocketType) => Socket } {
    return {
      createSocket: (type) => {
        const socket = dgram.createSocket(type);
        const bind = socket.bind.bind(socket);
        this.#opened = new Promise((resolve, reject) => {
          socket.once("listening", () => {
            this.#port = socket.address().port;
            resolve();
          });
          socket.once("error", reject);
        });
        const on = socket.on.bind(socket) as (event: string, listener: (...args: unknown[]) => void) => Socket;
        const send = socket.send.bind(socket) as (bytes: Buffer, ...to: unknown[]) => void;
        return Object.assign(socket, {
          bind: () => bind(this.#port, this.#options.host),
          on: (event: string, listener: (...args: unknown[]) => void) =>
            on(event, event === "message" ? (...args) => this.#hear(() => listener(...args)) : listener),
          send: (bytes: Buffer, _from: number, _length: number, port: number, address: string) =>
            this.#say(bytes, (said) => send(said, 0, said.length, port, address)),
        });
      },
    };
  }

  #hear(answer: () => void): void {
    this.#packets += 1;
    if (this.#faults.has("hangs") || this.#faults.has("reboots")) return;
    if (this.#faults.has("deaf") && this.#packets % 2 === 1) return;
    this.#tick();
    answer();
  }

  #say(bytes: Buffer, send: (said: Buffer) => void): void {
    const faults = this.#faults;
    let said: Buffer = Buffer.from(bytes);
    if (faults.has("garbage")) said = Buffer.from("\u0007SSH-2.0-not-this\r\n");
    else if (faults.has("half-answers")) said = said.subarray(0, said.length / 2);
    else if (faults.has("wrong-digest")) said = forged(said);
    if (faults.has("slow")) this.#options.clock.after(SLOW, () => send(said));
    else send(said);
  }
}

/** Another signature under a version 3 packet; the log-in's first packet carries none and stays. */
function forged(bytes: Buffer): Buffer {
  // A SHA-256 signature is an octet string of 24 bytes.
  const at = bytes.indexOf(Buffer.from([0x04, 24]));
  if (at >= 0) bytes.fill(0x5a, at + 2, at + 26);
  return bytes;
}

function typed(value: SnmpObjects[string]): { valueType: ObjectType; value: unknown } {
  if (typeof value === "number") return { valueType: ObjectType.Integer, value };
  if (typeof value === "string") return { valueType: ObjectType.OctetString, value };
  if (value instanceof Uint8Array) return { valueType: ObjectType.OctetString, value: Buffer.from(value) };
  return { valueType: value.type, value: value.value };
}
