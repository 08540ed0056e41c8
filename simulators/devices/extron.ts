import type { Socket } from "node:net";
import { TcpDevice, type TcpDeviceOptions, type TcpFault } from "./tcp-device.ts";

type ExtronFault = TcpFault | "wrong-password" | "chatters" | "full" | "busy";

export interface ExtronDeviceOptions extends TcpDeviceOptions {
  password?: string;
  /** What it says to each command, ESC written as `W` and the return left out; what is not here is E10. */
  answers?: Readonly<Record<string, string>>;
}

export interface ExtronDevice {
  readonly port: number;
  readonly answers: Record<string, string>;
  /** Commands that clients gave, ESC written as `W`. */
  readonly asked: string[];
  fault(name: ExtronFault, isOn?: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** A scaler as it is after power-up: input 3 of 8 selected, signals on 1 and 3. */
const scaler: Readonly<Record<string, string>> = {
  Q: "1.02",
  N: "60-1238-51",
  I: "Vid3 Aud3 Typ6 Std- Blk0 Hrt067.5 Vrt060.0",
  "!": "3",
  WPSAV: "0",
  W0LS: "1*0*1*0*0*0*0*0",
  W20STAT: "45.50",
};

/** An Extron scaler on a real TCP port (SIS over telnet), with faults by name. */
export async function startExtronDevice(options: ExtronDeviceOptions): Promise<ExtronDevice> {
  const device = new SimulatedExtron(options);
  await device.tcp.listen();
  return device;
}

class SimulatedExtron implements ExtronDevice {
  readonly answers: Record<string, string>;
  readonly asked: string[] = [];
  readonly tcp: TcpDevice<ExtronFault>;
  readonly #password: string | undefined;

  constructor(options: ExtronDeviceOptions) {
    this.#password = options.password;
    this.answers = { ...(options.answers ?? scaler) };
    this.tcp = new TcpDevice(options, (socket) => this.#accept(socket));
  }

  get port(): number {
    return this.tcp.port;
  }

  fault(name: ExtronFault, isOn = true): Promise<void> {
    return this.tcp.fault(name, isOn);
  }

  stop(): Promise<void> {
    return this.tcp.stop();
  }

  #accept(socket: Socket): void {
    const { faults } = this.tcp;
    if (faults.has("full")) {
      socket.end("E26\r\n");
      return;
    }
    let isSignedIn = this.#password === undefined && !faults.has("wrong-password");
    const greeting =
      "\r\n(c) Copyright 2013, Extron Electronics, IN1608, V1.02, 60-1238-51\r\nMon, 18 Oct 2026 11:27:33\r\n";
    void this.tcp.say(socket, isSignedIn ? greeting : `${greeting}\r\nPassword:`);
    let heard = "";
    socket.on("data", (text) => {
      heard += String(text);
      if (!isSignedIn) {
        const end = heard.indexOf("\r");
        if (end < 0) return;
        isSignedIn = heard.slice(0, end) === this.#password && !faults.has("wrong-password");
        heard = heard.slice(end + 1);
        void this.tcp.say(socket, isSignedIn ? "\r\nLogin Administrator\r\n" : "\r\nPassword:");
      }
      if (!isSignedIn) return;
      for (let command = takeCommand(heard); command !== undefined; command = takeCommand(heard)) {
        heard = heard.slice(command.length);
        this.#answer(socket, command.replace(ESC, "W").replace("\r", ""));
      }
    });
  }

  #answer(socket: Socket, command: string): void {
    this.asked.push(command);
    const { faults } = this.tcp;
    // What somebody does at the front panel meanwhile is told to whoever is connected.
    if (faults.has("chatters")) socket.write("Reconfig\r\nIn3 All\r\nSpr04\r\n");
    const mode = /^W([0-3])CV$/.exec(command)?.[1];
    const answer = faults.has("busy") ? "E22" : mode === undefined ? (this.answers[command] ?? "E10") : `Vrb${mode}`;
    void this.tcp.say(socket, `${answer}\r\n`);
  }
}

const ESC = "\u001B";

/** A command ends with its letter, or with a return where it began with ESC or is of several letters. */
function takeCommand(text: string): string | undefined {
  if (!text.startsWith(ESC)) return /^(?:\d*LS\r|\d*[A-Za-z!%&$])/.exec(text)?.[0];
  const end = text.indexOf("\r");
  return end < 0 ? undefined : text.slice(0, end + 1);
}
