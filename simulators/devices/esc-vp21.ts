import type { Socket } from "node:net";
import { seconds } from "#contract/units.ts";
import { TcpDevice, type TcpDeviceOptions, type TcpFault } from "./tcp-device.ts";

type EscVp21Fault = TcpFault | "wrong-password" | "busy" | "chatters" | "lamp-dead";

export interface EscVp21DeviceOptions extends TcpDeviceOptions {
  password?: string;
}

export interface EscVp21Device {
  readonly port: number;
  /** What it says to each name; a name that is not here is ERR. PWR is its own. */
  readonly answers: Record<string, string>;
  /** What clients said, as `PWR?` and `PWR ON`. */
  readonly asked: string[];
  power: "00" | "01" | "02" | "03" | "04" | "05" | "09";
  fault(name: EscVp21Fault, isOn?: boolean): Promise<void>;
  stop(): Promise<void>;
}

const WARM_UP = seconds(30);
const COOL_DOWN = seconds(10);
/** What it tells in standby and on its way, too. */
const ALWAYS: ReadonlySet<string> = new Set(["ERR", "LAMP", "SNO", "FILTER"]);
const OPENING_BYTES = 16;
const [OK, WANTED, WRONG, BUSY] = [0x20, 0x41, 0x43, 0x53] as const;

/** An Epson projector on a real TCP port (ESC/VP21 over ESC/VP.net), with faults by name. It warms up and cools down on the clock. */
export async function startEscVp21Device(options: EscVp21DeviceOptions): Promise<EscVp21Device> {
  const device = new SimulatedEpson(options);
  await device.tcp.listen();
  return device;
}

class SimulatedEpson implements EscVp21Device {
  power: EscVp21Device["power"] = "01";
  readonly answers: Record<string, string> = {
    ERR: "00",
    LAMP: "1234",
    FILTER: "321",
    SNO: "X4ZZ0Z00001",
    SOURCE: "30",
    SIGNAL: "01",
    MUTE: "OFF",
    FREEZE: "OFF",
  };
  readonly asked: string[] = [];
  readonly tcp: TcpDevice<EscVp21Fault>;
  readonly #options: EscVp21DeviceOptions;

  constructor(options: EscVp21DeviceOptions) {
    this.#options = options;
    this.tcp = new TcpDevice(options, (socket) => this.#accept(socket));
  }

  get port(): number {
    return this.tcp.port;
  }

  fault(name: EscVp21Fault, isOn = true): Promise<void> {
    return this.tcp.fault(name, isOn);
  }

  stop(): Promise<void> {
    return this.tcp.stop();
  }

  #accept(socket: Socket): void {
    let heard = "";
    let isOpen = false;
    socket.on("data", (text) => {
      heard += String(text);
      if (!isOpen) {
        const length = OPENING_BYTES + 18 * (heard.codePointAt(OPENING_BYTES - 1) ?? 0);
        if (heard.length < OPENING_BYTES || heard.length < length) return;
        const status = this.#statusOf(heard.slice(0, length));
        heard = heard.slice(length);
        isOpen = status === OK;
        void this.tcp.say(socket, `ESC/VP.net\u0010\u0003\0\0${String.fromCodePoint(status)}\0`);
      }
      if (!isOpen) return;
      for (let end = heard.indexOf("\r"); end >= 0; end = heard.indexOf("\r")) {
        this.#answer(socket, heard.slice(0, end));
        heard = heard.slice(end + 1);
      }
    });
  }

  #statusOf(opening: string): number {
    const { faults } = this.tcp;
    if (faults.has("busy")) return BUSY;
    if (faults.has("wrong-password")) return WRONG;
    const { password } = this.#options;
    if (password === undefined) return OK;
    const given = opening.slice(OPENING_BYTES + 2).replace(/\0+$/, "");
    return opening.length === OPENING_BYTES ? WANTED : given === password ? OK : WRONG;
  }

  #answer(socket: Socket, command: string): void {
    this.asked.push(command);
    const { faults } = this.tcp;
    if (faults.has("chatters")) socket.write("IMEVENT=0001 03 00000002 00000000 T1 F1\r:");
    void this.tcp.say(socket, `${this.#said(command)}:`);
  }

  /** What stands before the prompt. */
  #said(command: string): string {
    const name = /^([A-Z]+)\?$/.exec(command)?.[1];
    if (name === "PWR") return `PWR=${this.power}\r`;
    if (name !== undefined) {
      const value = this.answers[name];
      return value === undefined || (this.power !== "01" && !ALWAYS.has(name)) ? "ERR\r" : `${name}=${value}\r`;
    }
    if (command === "PWR ON") return this.#switchOn();
    if (command === "PWR OFF") return this.#switchOff();
    const [, setting, value] = /^(SOURCE|MUTE|FREEZE) (\w+)$/.exec(command) ?? [];
    if (setting === undefined || value === undefined || this.power !== "01") return "ERR\r";
    this.answers[setting] = value;
    return "";
  }

  #switchOn(): string {
    if (this.power === "03") return "ERR\r";
    if (this.power === "01" || this.power === "02") return "";
    this.power = "02";
    this.#options.clock.after(WARM_UP, () => {
      const isDead = this.tcp.faults.has("lamp-dead");
      this.power = isDead ? "05" : "01";
      if (isDead) this.answers["ERR"] = "03";
    });
    return "";
  }

  #switchOff(): string {
    if (this.power !== "01") return "ERR\r";
    this.power = "03";
    this.#options.clock.after(COOL_DOWN, () => (this.power = "04"));
    return "";
  }
}
