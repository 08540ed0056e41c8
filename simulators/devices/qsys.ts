import type { Socket } from "node:net";
import { TcpDevice, type TcpDeviceOptions, type TcpFault } from "./tcp-device.ts";

type QsysFault = TcpFault | "wrong-password" | "idle" | "standby" | "chatters";

export interface QsysDeviceOptions extends TcpDeviceOptions {
  /** A log-in is wanted where there is one. */
  login?: { user: string; password: string };
}

interface QsysControl {
  Name: string;
  Value: number | boolean | string;
  String: string;
}

export interface QsysDevice {
  readonly port: number;
  /** What StatusGet answers. */
  readonly status: Record<string, unknown>;
  /** By component; Named Controls under an empty name. */
  readonly components: Record<string, QsysControl[]>;
  /** Methods that clients called. */
  readonly asked: string[];
  fault(name: QsysFault, isOn?: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** A Q-SYS Core on a real TCP port (QRC: JSON-RPC 2.0 ended by zero bytes), with faults by name. */
export async function startQsysDevice(options: QsysDeviceOptions): Promise<QsysDevice> {
  const device = new SimulatedQsys(options);
  await device.tcp.listen();
  return device;
}

class SimulatedQsys implements QsysDevice {
  readonly status: Record<string, unknown> = {
    Platform: "Core 110f",
    State: "Active",
    DesignName: "Atrium",
    DesignCode: "qALFilm6IcCo",
    IsRedundant: false,
    IsEmulator: false,
    Status: { Code: 0, String: "OK" },
  };
  readonly components: Record<string, QsysControl[]> = {};
  readonly asked: string[] = [];
  readonly tcp: TcpDevice<QsysFault>;
  readonly #login: QsysDeviceOptions["login"];

  constructor(options: QsysDeviceOptions) {
    this.#login = options.login;
    this.tcp = new TcpDevice(options, (socket) => this.#accept(socket));
  }

  get port(): number {
    return this.tcp.port;
  }

  async fault(name: QsysFault, isOn = true): Promise<void> {
    if (name === "idle") Object.assign(this.status, { State: isOn ? "Idle" : "Active" });
    if (name === "standby") Object.assign(this.status, { State: isOn ? "Standby" : "Active" });
    await this.tcp.fault(name, isOn);
  }

  stop(): Promise<void> {
    return this.tcp.stop();
  }

  #accept(socket: Socket): void {
    let heard = "";
    const line = { isSignedIn: this.#login === undefined && !this.tcp.faults.has("wrong-password") };
    // Said to each who connects, unasked.
    if (!this.tcp.faults.has("garbage") && !this.tcp.faults.has("half-answers"))
      socket.write(`${JSON.stringify({ jsonrpc: "2.0", method: "EngineStatus", params: this.status })}\0`);
    socket.on("data", (text) => {
      heard += String(text);
      for (let end = heard.indexOf("\0"); end >= 0; end = heard.indexOf("\0")) {
        void this.#answer(socket, heard.slice(0, end), line);
        heard = heard.slice(end + 1);
      }
    });
  }

  async #answer(socket: Socket, text: string, line: { isSignedIn: boolean }): Promise<void> {
    const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: unknown };
    this.asked.push(method);
    if (this.tcp.faults.has("chatters"))
      for (let i = 0; i < 2_000; i++) socket.write(`${JSON.stringify({ jsonrpc: "2.0", method: "EngineStatus" })}\0`);
    await this.tcp.say(socket, `${JSON.stringify({ jsonrpc: "2.0", id, ...this.#result(method, params, line) })}\0`);
  }

  #result(method: string, params: unknown, line: { isSignedIn: boolean }): object {
    const refuse = (code: number, message: string): object => ({ error: { code, message } });
    if (method === "Logon") {
      const { User, Password } = params as { User: string; Password: string };
      line.isSignedIn =
        !this.tcp.faults.has("wrong-password") && User === this.#login?.user && Password === this.#login.password;
      return line.isSignedIn ? { result: true } : refuse(10, "Logon required");
    }
    if (!line.isSignedIn) return refuse(10, "Logon required");
    if (method === "StatusGet") return { result: this.status };
    if (this.status["State"] === "Standby") return refuse(-32_604, "Core is on Standby");
    if (method === "Control.Get") {
      const named = params as string[];
      const found = named.map((name) => this.components[""]?.find(({ Name }) => Name === name));
      return found.includes(undefined) ? refuse(8, "Unknown control") : { result: found };
    }
    if (method === "Component.Get") {
      const { Name: name, Controls } = params as { Name: string; Controls: { Name: string }[] };
      const controls = this.components[name];
      if (controls === undefined) return refuse(7, "Unknown component name");
      const found = Controls.map(({ Name }) => controls.find((control) => control.Name === Name));
      return found.includes(undefined) ? refuse(8, "Unknown control") : { result: { Name: name, Controls: found } };
    }
    return refuse(-32_601, "Method not found");
  }
}
