import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { type Clock, sleep } from "#contract/clock.ts";
import { seconds } from "#contract/units.ts";

type XapiFault =
  | "refuses"
  | "hangs"
  | "half-answers"
  | "wrong-password"
  | "garbage"
  | "slow"
  | "reboots"
  | "unregistered"
  | "camera-lost";

export interface XapiDeviceOptions {
  host: string;
  clock: Clock;
  port?: number;
  user?: string;
  password?: string;
  /** Parts that this model does not have, as `RoomAnalytics`. */
  lacks?: readonly string[];
}

export interface XapiDevice {
  port: number;
  /** Changes what it says, by path: `set("RoomAnalytics.PeopleCount.Current", 3)`. */
  set(path: string, value: unknown): void;
  fault(name: XapiFault, isOn?: boolean): Promise<void>;
  /** Methods that clients called. */
  asked: string[];
  stop(): Promise<void>;
}

type Tree = Record<string, unknown>;

const status = (): Tree => ({
  SystemUnit: {
    ProductId: "Cisco Room Bar",
    Software: { DisplayName: "RoomOS 11.20" },
    State: { NumberOfActiveCalls: 0, System: "Initialized" },
    Uptime: 86_400,
  },
  Standby: { State: "Off" },
  Webex: { Status: "Registered" },
  SIP: { Registration: [{ id: 1, Status: "Inactive" }] },
  RoomAnalytics: {
    PeopleCount: { Current: 0, Capacity: 8 },
    PeoplePresence: "No",
    AmbientNoise: { Level: { A: "34" } },
    AmbientTemperature: "21.5",
    RelativeHumidity: "43",
  },
  Audio: {
    Microphones: { Mute: "Off" },
    Input: { Connectors: { Microphone: [{ id: 1, ConnectionStatus: "Connected" }] } },
  },
  Cameras: { Camera: [{ id: 1, Connected: "True" }] },
  Diagnostics: { Message: [] },
  Peripherals: { ConnectedDevice: [{ id: 1001, Type: "TouchPanel", Status: "Connected" }] },
});

const REBOOT = seconds(20);
const SLOW = seconds(3);

/** A Cisco room device on a real port: `ws://host:port/ws`, JSON-RPC 2.0, with faults by name. */
export async function startXapiDevice(options: XapiDeviceOptions): Promise<XapiDevice> {
  const device = new SimulatedXapi(options);
  await device.listen(options.port ?? 0);
  return device;
}

class SimulatedXapi implements XapiDevice {
  readonly asked: string[] = [];
  port = 0;
  readonly #options: XapiDeviceOptions;
  readonly #status = status();
  readonly #faults = new Set<XapiFault>();
  readonly #raw = new Set<Duplex>();
  #http: Server | undefined;
  #sockets: WebSocketServer | undefined;

  constructor(options: XapiDeviceOptions) {
    this.#options = options;
  }

  async listen(port: number): Promise<void> {
    const http = createServer((_request, response) => response.writeHead(404).end());
    const sockets = new WebSocketServer({ noServer: true });
    http.on("upgrade", (request, socket, head) => {
      this.#raw.add(socket);
      socket.on("close", () => this.#raw.delete(socket));
      if (this.#faults.has("hangs")) return;
      if (this.#faults.has("garbage")) socket.end("\u0007\u0000SSH-2.0-no\r\n");
      else if (this.#mayEnter(request)) sockets.handleUpgrade(request, socket, head, (client) => this.#serve(client));
      else socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    await new Promise<void>((resolve) => http.listen(port, this.#options.host, resolve));
    this.#http = http;
    this.#sockets = sockets;
    this.port = (http.address() as AddressInfo).port;
  }

  set(path: string, value: unknown): void {
    const keys = path.split(".");
    let here = this.#status;
    for (const key of keys.slice(0, -1)) here = (here[key] ??= {}) as Tree;
    here[keys.at(-1) ?? ""] = value;
  }

  async fault(name: XapiFault, isOn = true): Promise<void> {
    if (isOn) this.#faults.add(name);
    else this.#faults.delete(name);
    if (name === "unregistered") this.set("Webex.Status", isOn ? "NotRegistered" : "Registered");
    if (name === "camera-lost") this.set("Cameras.Camera", [{ id: 1, Connected: isOn ? "False" : "True" }]);
    if (name === "refuses") await (isOn ? this.#close() : this.listen(this.port));
    if (name === "reboots" && isOn) {
      await this.#close();
      await sleep(this.#options.clock, REBOOT);
      this.#faults.delete("reboots");
      this.set("SystemUnit.Uptime", 0);
      await this.listen(this.port);
    }
  }

  async stop(): Promise<void> {
    await this.#close();
  }

  async #close(): Promise<void> {
    for (const client of this.#sockets?.clients ?? []) client.terminate();
    const http = this.#http;
    if (http === undefined) return;
    this.#http = undefined;
    http.closeAllConnections();
    for (const socket of this.#raw) socket.destroy();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  }

  #mayEnter(request: IncomingMessage): boolean {
    const { user = "greenroom", password = "secret" } = this.#options;
    const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    return request.url === "/ws" && request.headers.authorization === wanted && !this.#faults.has("wrong-password");
  }

  #serve(client: WebSocket): void {
    client.on("message", (data) => void this.#answer(client, (data as Buffer).toString("utf8")));
  }

  async #answer(client: WebSocket, text: string): Promise<void> {
    const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: { Path?: string[] } };
    this.asked.push(method === "xGet" ? `xGet ${(params.Path ?? []).join(" ")}` : method);
    if (this.#faults.has("slow")) await sleep(this.#options.clock, SLOW);
    if (this.#faults.has("half-answers")) return client.terminate();
    // Others' subscriptions are heard on the same socket.
    client.send(
      JSON.stringify({ jsonrpc: "2.0", method: "xFeedback/Event", params: { Id: 1, Status: { Standby: {} } } }),
    );
    client.send(JSON.stringify({ jsonrpc: "2.0", id, ...this.#result(method, params.Path ?? []) }));
    return undefined;
  }

  #result(method: string, path: readonly string[]): object {
    if (method === "xCommand/Standby/Deactivate") this.set("Standby.State", "Off");
    else if (method === "xCommand/Standby/Activate") this.set("Standby.State", "Standby");
    else if (method === "xCommand/Dial") {
      if (!this.#faults.has("unregistered")) this.set("SystemUnit.State.NumberOfActiveCalls", 1);
      return { result: { status: "OK", CallId: 7 } };
    } else if (method === "xCommand/Call/Disconnect") this.set("SystemUnit.State.NumberOfActiveCalls", 0);
    else if (method === "xGet") {
      const keys = path.slice(1);
      const isLacking = this.#options.lacks?.includes(keys[0] ?? "") === true;
      let value: unknown = isLacking ? undefined : this.#status;
      for (const key of keys) value = (value as Tree | undefined)?.[key];
      return value === undefined
        ? { error: { code: 1, message: "No match on address expression", data: { Cause: 1 } } }
        : { result: value };
    } else return { error: { code: -32_601, message: "Method not found" } };
    return { result: { status: "OK" } };
  }
}
