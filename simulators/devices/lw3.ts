import type { Socket } from "node:net";
import { TcpDevice, type TcpDeviceOptions, type TcpFault } from "./tcp-device.ts";

type Lw3Fault = TcpFault | "chatters" | "locked";

export interface Lw3DeviceOptions extends TcpDeviceOptions {
  /** What it has, by path and property, as `/V1/MEDIA/OCS/P1.State`. */
  properties?: Readonly<Record<string, string>>;
}

export interface Lw3Device {
  readonly port: number;
  readonly properties: Record<string, string>;
  /** What clients said, without the signature. */
  readonly asked: string[];
  fault(name: Lw3Fault, isOn?: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** A UCX of two inputs as it is in a room: the second one shown, with a picture; somebody is there. */
const ucx: Readonly<Record<string, string>> = {
  "/.ProductName": "UCX-2x1-HC30",
  "/.SerialNumber": "2A000941",
  "/V1/MANAGEMENT/UID/PACKAGE.Version": "1.2.0b9",
  "/V1/MEDIA/VIDEO/XP/O1.ConnectedSource": "I2",
  "/V1/MEDIA/VIDEO/XP/O1.Mute": "false",
  "/V1/MEDIA/VIDEO/I1.SignalPresent": "false",
  "/V1/MEDIA/VIDEO/I2.SignalPresent": "true",
  "/V1/MEDIA/OCS/P1.State": "Occupied",
};

/** A Lightware switcher on a real TCP port (LW3), with faults by name. */
export async function startLw3Device(options: Lw3DeviceOptions): Promise<Lw3Device> {
  const device = new SimulatedLightware(options);
  await device.tcp.listen();
  return device;
}

class SimulatedLightware implements Lw3Device {
  readonly properties: Record<string, string>;
  readonly asked: string[] = [];
  readonly tcp: TcpDevice<Lw3Fault>;

  constructor(options: Lw3DeviceOptions) {
    this.properties = { ...(options.properties ?? ucx) };
    this.tcp = new TcpDevice(options, (socket) => this.#accept(socket));
  }

  get port(): number {
    return this.tcp.port;
  }

  fault(name: Lw3Fault, isOn = true): Promise<void> {
    return this.tcp.fault(name, isOn);
  }

  stop(): Promise<void> {
    return this.tcp.stop();
  }

  #accept(socket: Socket): void {
    let heard = "";
    socket.on("data", (text) => {
      heard += String(text);
      for (let end = heard.indexOf("\r\n"); end >= 0; end = heard.indexOf("\r\n")) {
        this.#answer(socket, heard.slice(0, end));
        heard = heard.slice(end + 2);
      }
    });
  }

  #answer(socket: Socket, line: string): void {
    const [, signature, command = line] = /^([0-9A-F]{4})#(.*)$/.exec(line) ?? [];
    this.asked.push(command);
    // What somebody does at the front panel meanwhile is told to whoever is connected.
    if (this.tcp.faults.has("chatters")) socket.write("CHG /V1/MEDIA/VIDEO/XP/O1.ConnectedSource=I1\r\n");
    const answer = `${this.#said(command)}\r\n`;
    void this.tcp.say(socket, signature === undefined ? answer : `{${signature}\r\n${answer}}\r\n`);
  }

  #said(command: string): string {
    const path = /^GET (\S+)$/.exec(command)?.[1];
    if (path !== undefined) {
      const value = this.properties[path];
      return value === undefined ? `pE ${path} %E002:Not found` : `pr ${path}=${value}`;
    }
    const [, xp, input, output] = /^CALL (\S+\/XP):switch\((I\d+):(O\d+)\)$/.exec(command) ?? [];
    if (xp === undefined || input === undefined) return "-E %E001:Syntax error";
    if (this.tcp.faults.has("locked")) return `mE ${xp}:switch %E006:Illegal operation`;
    this.properties[`${xp}/${output}.ConnectedSource`] = input;
    return `mO ${xp}:switch=`;
  }
}
