import { createServer, type Server, type Socket } from "node:net";
import { connect } from "node:net";
import { type IServiceVector, ServerTCP } from "modbus-serial";
import { type Clock, sleep } from "#contract/clock.ts";
import { seconds } from "#contract/units.ts";

/** What can go wrong with a Modbus device, by name. */
export const modbusFaults = {
  refuses: "The port is closed.",
  hangs: "It takes connections and never says anything.",
  "half-answers": "Every answer breaks off in its middle.",
  garbage: "It answers with bytes that are no Modbus.",
  slow: "Every answer takes two seconds.",
  "one-connection": "A second connection beside the first is closed at once.",
  "other-unit": "Its answers name another unit than was asked.",
  "behind-gateway": "The gateway answers, the device behind it does not.",
  broken: "It answers that it has failed.",
  reboots: "It drops its connections and is away for twenty seconds.",
} as const;
export type ModbusFault = keyof typeof modbusFaults;

export interface ModbusTables {
  holding?: Readonly<Record<number, number>>;
  input?: Readonly<Record<number, number>>;
  coil?: Readonly<Record<number, boolean>>;
  discrete?: Readonly<Record<number, boolean>>;
}

export interface ModbusDeviceOptions {
  host: string;
  port?: number;
  unit?: number;
  clock: Clock;
  /** What it has, by the address on the wire; everything else is an illegal address. */
  tables: ModbusTables;
}

export interface ModbusDevice {
  readonly port: number;
  /** Changes what it says; words are 16 bits. */
  set(table: "holding" | "input", address: number, word: number): void;
  set(table: "coil" | "discrete", address: number, bit: boolean): void;
  fault(name: ModbusFault, isOn?: boolean): Promise<void>;
  /** Questions that it answered, as `holding 0 6`. */
  readonly asked: readonly string[];
  /** Safe to call twice. */
  stop(): Promise<void>;
}

const REBOOT = seconds(20);
const SLOW = seconds(2);
const ASKED_KEPT = 1_000;
const ILLEGAL_ADDRESS = 2;

/** A Modbus TCP device on a real port: the library's own server, and before it the network with its faults. */
export async function startModbusDevice(options: ModbusDeviceOptions): Promise<ModbusDevice> {
  const device = new Device(options);
  await device.open();
  return device;
}

class Device implements ModbusDevice {
  readonly asked: string[] = [];
  readonly #options: ModbusDeviceOptions;
  readonly #faults = new Set<ModbusFault>();
  readonly #words: Record<"holding" | "input", Map<number, number>>;
  readonly #bits: Record<"coil" | "discrete", Map<number, boolean>>;
  readonly #sockets = new Set<Socket>();
  #inner: ServerTCP | undefined;
  #front: Server | undefined;
  #port: number;

  constructor(options: ModbusDeviceOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
    const { holding = {}, input = {}, coil = {}, discrete = {} } = options.tables;
    const byAddress = <T>(table: Readonly<Record<number, T>>): Map<number, T> =>
      new Map(Object.entries(table).map(([address, value]) => [Number(address), value]));
    this.#words = { holding: byAddress(holding), input: byAddress(input) };
    this.#bits = { coil: byAddress(coil), discrete: byAddress(discrete) };
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    const inner = await this.#serve();
    this.#inner = inner.server;
    const front = createServer((socket) => this.#accept(socket, inner.port));
    await new Promise<void>((resolve, reject) => {
      front.once("error", reject);
      front.listen(this.#port, this.#options.host, resolve);
    });
    const address = front.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
    this.#front = front;
  }

  set(table: "holding" | "input" | "coil" | "discrete", address: number, value: number | boolean): void {
    if (table === "coil" || table === "discrete") this.#bits[table].set(address, value === true);
    else this.#words[table].set(address, Number(value));
  }

  async fault(name: ModbusFault, isOn = true): Promise<void> {
    if (isOn) this.#faults.add(name);
    else this.#faults.delete(name);
    if (name === "refuses") await (isOn ? this.stop() : this.open());
    if (name === "reboots" && isOn) {
      await this.stop();
      this.#options.clock.after(REBOOT, () => {
        this.#faults.delete("reboots");
        this.open().catch(() => {});
      });
    }
  }

  async stop(): Promise<void> {
    const [front, inner] = [this.#front, this.#inner];
    this.#front = undefined;
    this.#inner = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (front !== undefined) await new Promise<void>((resolve) => front.close(() => resolve()));
    if (inner !== undefined) await new Promise<void>((resolve) => inner.close(() => resolve()));
  }

  /** The library's server on a port of its own, where no fault reaches it. */
  #serve(): Promise<{ server: ServerTCP; port: number }> {
    const words = (table: "holding" | "input") => (address: number, length: number) => {
      this.#note(`${table} ${address} ${length}`);
      return Array.from({ length }, (_, i) => have(this.#words[table].get(address + i)));
    };
    const word = (table: "holding" | "input") => (address: number) => words(table)(address, 1)[0] ?? 0;
    const bits = (table: "coil" | "discrete") => (address: number) => have(this.#bits[table].get(address));
    const vector: IServiceVector = {
      getMultipleHoldingRegisters: words("holding"),
      getMultipleInputRegisters: words("input"),
      getHoldingRegister: word("holding"),
      getInputRegister: word("input"),
      getCoil: bits("coil"),
      getDiscreteInput: bits("discrete"),
    };
    const { host, unit = 1 } = this.#options;
    return new Promise((resolve, reject) => {
      // The library takes no port 0 for "any": one is found first.
      const probe = createServer().listen(0, host, () => {
        const found = probe.address();
        const port = found !== null && typeof found === "object" ? found.port : 0;
        probe.close(() => {
          const server = new ServerTCP(vector, { host, port, unitID: unit });
          server.on("serverError", (error) => reject(error ?? new Error("no port")));
          server.on("socketError", () => {});
          server.on("initialized", () => resolve({ server, port }));
        });
      });
    });
  }

  #note(question: string): void {
    this.asked.push(question);
    if (this.asked.length > ASKED_KEPT) this.asked.shift();
  }

  #accept(socket: Socket, innerPort: number): void {
    socket.on("error", () => {});
    if (this.#faults.has("one-connection") && this.#sockets.size > 0) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    const inner = connect(innerPort, this.#options.host);
    inner.on("error", () => socket.destroy());
    inner.on("close", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      inner.destroy();
    });
    socket.on("data", (bytes) => {
      const asked = Buffer.from(bytes);
      if (this.#faults.has("hangs")) return;
      if (this.#faults.has("behind-gateway")) this.#refuse(socket, asked, 11);
      else if (this.#faults.has("broken")) this.#refuse(socket, asked, 4);
      else inner.write(asked);
    });
    inner.on("data", (answer) => void this.#say(socket, Buffer.from(answer)));
  }

  async #say(socket: Socket, answer: Buffer): Promise<void> {
    const faults = this.#faults;
    if (faults.has("slow")) await sleep(this.#options.clock, SLOW);
    let said = answer;
    if (faults.has("garbage")) said = Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n");
    if (faults.has("half-answers")) said = said.subarray(0, said.length / 2);
    if (faults.has("other-unit")) said[6] = ((said[6] ?? 0) + 1) & 0xff;
    socket.write(said);
  }

  #refuse(socket: Socket, asked: Buffer, exception: number): void {
    const answer = Buffer.from(asked.subarray(0, 9));
    answer.writeUInt16BE(3, 4);
    answer[7] = (asked[7] ?? 0) | 0x80;
    answer[8] = exception;
    socket.write(answer);
  }
}

function have<T>(value: T | undefined): T {
  if (value === undefined) throw Object.assign(new Error("illegal address"), { modbusErrorCode: ILLEGAL_ADDRESS });
  return value;
}
