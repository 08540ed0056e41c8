import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import type { Cancel, Clock } from "#contract/clock.ts";
import { type Millis, seconds } from "#contract/units.ts";
import type { PjlinkFault } from "./pjlink-faults.ts";
import { Line } from "./pjlink-line.ts";
import { type Class2, type PjlinkModel, Projector, type ProjectorState } from "./pjlink-projector.ts";

export interface PjlinkDeviceOptions {
  /** Chosen by the system where absent. */
  port?: number;
  host: string;
  clock: Clock;
  /** The same seed gives the same salts and the same garbage. */
  seed: number;
  password?: string;
  model?: Partial<PjlinkModel>;
  /** Where a device of class 2 sends its notices. */
  notices?: { host: string; port: number };
}

/** What a device of class 2 has beside `model`: `model: { class2: pjlinkClass2 }`. */
export const pjlinkClass2: Class2 = {
  serial: "LX4100-000042",
  software: "2.10.7",
  filterHours: 1_900,
  inputNames: { "11": "Computer", "31": "HDMI 1", "32": "HDMI 2" },
  resolution: "1920x1080",
  recommended: "1920x1200",
  lampModels: "LX-LP41",
  filterModels: "LX-AF41",
  knowsSha256: true,
};

/** A display or projector that speaks PJLink class 1 or 2 on a real TCP port. */
export interface PjlinkDevice {
  readonly host: string;
  readonly port: number;
  readonly state: ProjectorState;
  /** Questions and orders that it has answered: for tests of what a client asks. */
  readonly asked: readonly string[];
  readonly connections: number;
  /** Lets a fault begin, or end with `false`. `reboots` ends by itself. */
  set(fault: PjlinkFault, holds?: boolean): Promise<void>;
  /** As with the remote control in the room. */
  power(to: "on" | "off"): void;
  input(to: string): void;
  mute(to: { picture?: boolean; sound?: boolean }): void;
  health(to: Partial<ProjectorState["health"]>): void;
  freeze(to: boolean): void;
  /** What is there at the input: `1920x1080`, `-` for nothing, `*` for something. */
  signal(to: string): void;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

const REBOOT: Millis = seconds(20);
/** What a device keeps of what it was asked. */
const ASKED_KEPT = 1_000;

const projectorModel: PjlinkModel = {
  maker: "Lumen & Lux",
  product: "LX-4100",
  name: "Simulated projector",
  lampHours: 1_250,
  inputs: ["11", "31", "32"],
  warmUp: seconds(30),
  coolDown: seconds(60),
};

/** Resolves once the port takes connections. */
export async function startPjlinkDevice(options: PjlinkDeviceOptions): Promise<PjlinkDevice> {
  const device = new Device(options);
  await device.listen();
  return device;
}

class Device implements PjlinkDevice {
  readonly host: string;
  readonly asked: string[] = [];
  readonly #projector: Projector;
  readonly #clock: Clock;
  readonly #password: string | undefined;
  readonly #faults = new Set<PjlinkFault>();
  readonly #lines = new Set<Line>();
  #server: Server | undefined;
  #port: number;
  #random: number;
  #isStopped = false;
  #isAway = false;
  /** Opening and closing of the port, one after the other. */
  #turn: Promise<void> = Promise.resolve();
  readonly #challenge: boolean;
  readonly #notices: { host: string; port: number; socket: UdpSocket } | undefined;
  #cancelReboot: Cancel = () => {};

  constructor({ host, port, clock, seed, password, model, notices }: PjlinkDeviceOptions) {
    this.host = host;
    this.#port = port ?? 0;
    this.#clock = clock;
    this.#password = password;
    this.#random = seed >>> 0;
    this.#projector = new Projector({ ...projectorModel, ...model }, clock);
    this.#projector.onPower = () => {
      this.#settleLater();
      const { power } = this.#projector;
      // Only the ends are told: on, and standby.
      if (power === "on" || power === "standby") this.#notify(`POWR=${power === "on" ? 1 : 0}`);
    };
    if (notices !== undefined && model?.class2 !== undefined)
      this.#notices = { ...notices, socket: createSocket("udp4").unref() };
    this.#notices?.socket.on("error", () => {});
    this.#challenge = model?.class2?.knowsSha256 === true;
  }

  #notify(text: string): void {
    if (this.#isStopped || this.#isAway) return;
    this.#notices?.socket.send(`%2${text}\r`, this.#notices.port, this.#notices.host);
  }

  get port(): number {
    return this.#port;
  }

  get state(): ProjectorState {
    return this.#projector.state;
  }

  get connections(): number {
    return this.#lines.size;
  }

  async set(fault: PjlinkFault, holds = true): Promise<void> {
    if (holds) this.#faults.add(fault);
    else this.#faults.delete(fault);
    if (fault === "lamp-dead") {
      this.#projector.isLampDead = holds;
      if (!holds) this.#projector.health.lamp = 0;
    }
    if (fault === "reboots" && holds) this.#reboot();
    await this.#settlePort();
  }

  power(to: "on" | "off"): void {
    this.#projector.turn(to);
  }

  input(to: string): void {
    if (this.#projector.input === to) return;
    this.#projector.input = to;
    this.#notify(`INPT=${to}`);
  }

  freeze(to: boolean): void {
    this.#projector.isFrozen = to;
  }

  signal(to: string): void {
    this.#projector.signal = to;
  }

  mute(to: { picture?: boolean; sound?: boolean }): void {
    Object.assign(this.#projector.muted, to);
  }

  health(to: Partial<ProjectorState["health"]>): void {
    Object.assign(this.#projector.health, to);
    this.#notify(`ERST=${Object.values(this.#projector.health).join("")}`);
  }

  async stop(): Promise<void> {
    const wasStopped = this.#isStopped;
    this.#isStopped = true;
    this.#cancelReboot();
    this.#projector.stop();
    if (!wasStopped) this.#notices?.socket.close();
    await this.#settlePort();
  }

  listen(): Promise<void> {
    return this.#settlePort();
  }

  #reboot(): void {
    this.#isAway = true;
    this.#projector.reset();
    this.#cancelReboot = this.#clock.after(REBOOT, () => {
      this.#isAway = false;
      this.#faults.delete("reboots");
      this.#notify("LKUP=02:00:5E:10:00:01");
      this.#settleLater();
    });
  }

  /** A port that cannot be opened again leaves the device unreachable, as in life. */
  #settleLater(): void {
    this.#settlePort().catch(() => {});
  }

  #wantsPort(): boolean {
    if (this.#isStopped || this.#isAway || this.#faults.has("refuses")) return false;
    return !(this.#faults.has("eco-standby") && this.#projector.power === "standby");
  }

  /** Opens or closes the port as the faults and the power want it. */
  #settlePort(): Promise<void> {
    const before = this.#turn;
    const turn = (async () => {
      await before;
      if (this.#wantsPort() && this.#server === undefined) await this.#open();
      else if (!this.#wantsPort() && this.#server !== undefined) await this.#close(this.#server);
    })();
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
      server.once("error", reject);
      server.listen(this.#port, this.host, () => {
        const address = server.address();
        if (address !== null && typeof address === "object") this.#port = address.port;
        server.removeListener("error", reject);
        this.#server = server;
        resolve();
      });
    });
  }

  #close(server: Server): Promise<void> {
    this.#server = undefined;
    for (const line of this.#lines) line.end();
    return new Promise((resolve) => {
      server.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    if (this.#faults.has("one-connection") && this.#lines.size > 0) {
      socket.destroy();
      return;
    }
    const line = new Line(socket, {
      clock: this.#clock,
      faults: this.#faults,
      password: this.#password,
      salt: this.#hex(),
      challenge: this.#challenge ? this.#hex() + this.#hex() + this.#hex() + this.#hex() : undefined,
      garbage: () => this.#hex() + String.fromCodePoint(7, 0x2603) + this.#hex(),
      answer: (body, parameter, ofClass) => {
        this.asked.push(`${body} ${parameter}`);
        if (this.asked.length > ASKED_KEPT) this.asked.shift();
        return this.#projector.answer(body, parameter, ofClass);
      },
    });
    this.#lines.add(line);
    socket.on("close", () => this.#lines.delete(line));
  }

  /** Eight hexadecimal digits of a linear congruential generator: reproducible, and nothing secret rests on it. */
  #hex(): string {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random.toString(16).padStart(8, "0");
  }
}
