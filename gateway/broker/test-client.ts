import { connect, type Socket } from "node:net";
import { KEY } from "./test-broker.ts";

interface Packet {
  type: number;
  flags: number;
  body: Buffer;
}
export interface PublishFields {
  topic: string;
  payload?: string | Buffer;
  qos?: 0 | 1 | 2;
  id?: number;
  retain?: boolean;
}
export interface ConnectFields {
  agent?: string;
  key?: string;
  clientId?: string;
  keepalive?: number;
  level?: number;
  will?: { topic: string; payload: string; retain?: boolean };
}

const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const SUBACK = 9;
const PATIENCE_MS = 8_000;

const field = (bytes: string | Buffer): Buffer => {
  const body = Buffer.from(bytes as string);
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 0xff]), body]);
};

/** A packet of MQTT 3.1.1, byte by byte, so that a test can send it in halves or lie in it. */
export function packet(first: number, body: Buffer): Buffer {
  const head = [first];
  let left = body.length;
  do {
    head.push((left & 0x7f) | (left > 127 ? 0x80 : 0));
    left >>= 7;
  } while (left > 0);
  return Buffer.concat([Buffer.from(head), body]);
}

export function connectPacket(fields: ConnectFields = {}): Buffer {
  const { agent = "agent-1", key = KEY, clientId = agent, keepalive = 60, level = 4, will } = fields;
  const flags = 0xc2 | (will === undefined ? 0 : 0x0c | (will.retain === false ? 0 : 0x20));
  return packet(
    0x10,
    Buffer.concat([
      field("MQTT"),
      Buffer.from([level, flags, keepalive >> 8, keepalive & 0xff]),
      ...(level === 5 ? [Buffer.from([0])] : []),
      field(clientId),
      ...(will === undefined ? [] : [field(will.topic), field(will.payload)]),
      field(agent),
      field(key),
    ]),
  );
}

export function publishPacket({ topic, payload = "", qos = 1, id = 1, retain = false }: PublishFields): Buffer {
  const number = qos === 0 ? Buffer.alloc(0) : Buffer.from([id >> 8, id & 0xff]);
  return packet(
    0x30 | (qos << 1) | (retain ? 1 : 0),
    Buffer.concat([field(topic), number, Buffer.from(payload as string)]),
  );
}

/** A client that does nothing by itself. */
export class TestClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  isClosed = false;
  readonly acknowledged: number[] = [];
  readonly messages: { topic: string; payload: string; retained: boolean }[] = [];
  readonly #waiting: { type: number; resolve: (packet: Packet | undefined) => void }[] = [];
  readonly #unread: Packet[] = [];
  #data: Buffer = Buffer.alloc(0);
  #id = 0;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk: Buffer) => this.#received(chunk));
    this.closed = new Promise((resolve) => {
      this.socket.once("close", () => {
        this.isClosed = true;
        for (const { resolve: answer } of this.#waiting) answer(undefined);
        resolve();
      });
    });
  }

  /** The broker's answer to the sign-in; `undefined` when it hung up. */
  async signIn(fields: ConnectFields = {}): Promise<number | undefined> {
    this.socket.write(connectPacket(fields));
    return (await this.#next(CONNACK))?.body[1];
  }

  /** Whether it was acknowledged before the connection ended. */
  async publish(fields: PublishFields): Promise<boolean> {
    const id = (this.#id = (this.#id % 65_535) + 1);
    this.socket.write(publishPacket({ id, ...fields }));
    if (fields.qos === 0) return true;
    return (await this.#next(PUBACK)) !== undefined;
  }

  /** The granted quality, or 128. */
  async subscribe(filter: string): Promise<number | undefined> {
    this.socket.write(packet(0x82, Buffer.concat([Buffer.from([0, 9]), field(filter), Buffer.from([1])])));
    return (await this.#next(SUBACK))?.body[2];
  }

  #next(type: number): Promise<Packet | undefined> {
    const at = this.#unread.findIndex((unread) => unread.type === type);
    if (at >= 0) return Promise.resolve(this.#unread.splice(at, 1)[0]);
    if (this.isClosed) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no packet of type ${type} came`)), PATIENCE_MS);
      this.#waiting.push({
        type,
        resolve: (found) => {
          clearTimeout(timer);
          resolve(found);
        },
      });
    });
  }

  #received(chunk: Buffer): void {
    this.#data = Buffer.concat([this.#data, chunk]);
    for (let found = this.#take(); found !== undefined; found = this.#take()) this.#handle(found);
  }

  #handle(found: Packet): void {
    if (found.type === PUBACK) this.acknowledged.push(found.body.readUInt16BE(0));
    if (found.type === PUBLISH) {
      const length = found.body.readUInt16BE(0);
      const qos = (found.flags >> 1) & 3;
      const payload = found.body.toString("utf8", 2 + length + (qos > 0 ? 2 : 0));
      this.messages.push({
        topic: found.body.toString("utf8", 2, 2 + length),
        payload,
        retained: (found.flags & 1) === 1,
      });
      return;
    }
    const at = this.#waiting.findIndex((waiting) => waiting.type === found.type);
    if (at >= 0) this.#waiting.splice(at, 1)[0]?.resolve(found);
    else this.#unread.push(found);
  }

  #take(): Packet | undefined {
    let length = 0;
    for (let i = 1; i < this.#data.length && i < 5; i++) {
      const byte = this.#data[i] as number;
      length |= (byte & 0x7f) << (7 * (i - 1));
      if ((byte & 0x80) !== 0) continue;
      const end = i + 1 + length;
      if (this.#data.length < end) return undefined;
      const first = this.#data[0] as number;
      const body = this.#data.subarray(i + 1, end);
      this.#data = this.#data.subarray(end);
      return { type: first >> 4, flags: first & 0xf, body };
    }
    return undefined;
  }
}
