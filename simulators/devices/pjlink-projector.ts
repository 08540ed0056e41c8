import type { Cancel, Clock } from "#contract/clock.ts";
import { between, type Instant, type Millis } from "#contract/units.ts";

export type ProjectorPower = "standby" | "warming" | "on" | "cooling";

export interface PjlinkModel {
  maker: string;
  product: string;
  name: string;
  /** Absent for displays and lasers, which have no lamp to ask for. */
  lampHours?: number | undefined;
  inputs: readonly string[];
  warmUp: Millis;
  coolDown: Millis;
}

export interface ProjectorState {
  power: ProjectorPower;
  input: string;
  muted: { picture: boolean; sound: boolean };
  lampHours: number | undefined;
  health: {
    fan: 0 | 1 | 2;
    lamp: 0 | 1 | 2;
    thermal: 0 | 1 | 2;
    cover: 0 | 1 | 2;
    filter: 0 | 1 | 2;
    other: 0 | 1 | 2;
  };
}

const codes: Record<ProjectorPower, string> = { standby: "0", on: "1", cooling: "2", warming: "3" };

/** The machine behind the port: power with warm-up and cool-down on a clock, lamp hours that count, inputs, mutes, health. */
export class Projector {
  readonly #model: PjlinkModel;
  readonly #clock: Clock;
  #power: ProjectorPower = "standby";
  #cancel: Cancel = () => {};
  #litSince: Instant | undefined;
  #burned: Millis = 0 as Millis;
  input: string;
  muted = { picture: false, sound: false };
  health: ProjectorState["health"] = { fan: 0, lamp: 0, thermal: 0, cover: 0, filter: 0, other: 0 };
  isLampDead = false;
  /** Told when the power has changed. */
  onPower: () => void = () => {};

  constructor(model: PjlinkModel, clock: Clock) {
    this.#model = model;
    this.#clock = clock;
    this.input = model.inputs[0] ?? "31";
  }

  get power(): ProjectorPower {
    return this.#power;
  }

  get state(): ProjectorState {
    const { input, muted, health } = this;
    return { power: this.#power, input, muted: { ...muted }, lampHours: this.#lampHours(), health: { ...health } };
  }

  /** Starts to warm up or to cool down; ignored while it does either. */
  turn(to: "on" | "off"): void {
    if (to === "on" && this.#power === "standby") this.#enter("warming", this.#model.warmUp, () => this.#lit());
    if (to === "off" && this.#power === "on") {
      this.#enter("cooling", this.#model.coolDown, () => this.#enter("standby"));
    }
  }

  /** As after the mains were away. */
  reset(): void {
    this.#enter("standby");
  }

  stop(): void {
    this.#cancel();
  }

  /** The value or error after `=`, and whether anything changed. */
  answer(body: string, parameter: string): string {
    return parameter === "?" ? this.#tell(body) : this.#obey(body, parameter);
  }

  #lit(): void {
    if (!this.isLampDead) return this.#enter("on");
    this.health.lamp = 2;
    this.#enter("standby");
  }

  #enter(power: ProjectorPower, stays?: Millis, next: () => void = () => {}): void {
    this.#cancel();
    if (this.#litSince !== undefined && power !== "on") {
      this.#burned = (this.#burned + Math.max(0, between(this.#litSince, this.#clock.now()))) as Millis;
      this.#litSince = undefined;
    }
    if (power === "on") this.#litSince = this.#clock.now();
    this.#power = power;
    if (stays !== undefined) this.#cancel = this.#clock.after(stays, next);
    this.onPower();
  }

  #lampHours(): number | undefined {
    if (this.#model.lampHours === undefined) return undefined;
    const now = this.#litSince === undefined ? 0 : Math.max(0, between(this.#litSince, this.#clock.now()));
    return Math.floor(this.#model.lampHours + (this.#burned + now) / 3_600_000);
  }

  #tell(body: string): string {
    const isOn = this.#power === "on";
    switch (body) {
      case "POWR":
        return codes[this.#power];
      case "ERST":
        return Object.values(this.health).join("");
      case "INPT":
        return isOn ? this.input : "ERR3";
      case "AVMT":
        return isOn ? muteCode(this.muted) : "ERR3";
      case "LAMP": {
        const burned = this.#lampHours();
        return burned === undefined ? "ERR1" : `${Math.min(99_999, burned)} ${isOn ? 1 : 0}`;
      }
      case "INST":
        return this.#model.inputs.join(" ");
      case "NAME":
        return this.#model.name;
      case "INF1":
        return this.#model.maker;
      case "INF2":
        return this.#model.product;
      case "INFO":
        return "";
      case "CLSS":
        return "1";
      default:
        return "ERR1";
    }
  }

  /** OK is an acknowledgement; the state follows when it follows. */
  #obey(body: string, parameter: string): string {
    if (body === "POWR") {
      if (parameter !== "0" && parameter !== "1") return "ERR2";
      if (this.#power === "warming" || this.#power === "cooling") return "ERR3";
      this.turn(parameter === "1" ? "on" : "off");
      return "OK";
    }
    if (body !== "INPT" && body !== "AVMT") return "ERR1";
    if (this.#power !== "on") return "ERR3";
    if (body === "INPT") {
      if (!this.#model.inputs.includes(parameter)) return "ERR2";
      this.input = parameter;
      return "OK";
    }
    if (!/^[123][01]$/.test(parameter)) return "ERR2";
    const isMuted = parameter[1] === "1";
    if (parameter[0] !== "2") this.muted.picture = isMuted;
    if (parameter[0] !== "1") this.muted.sound = isMuted;
    return "OK";
  }
}

function muteCode({ picture, sound }: { picture: boolean; sound: boolean }): string {
  if (picture) return sound ? "31" : "11";
  return sound ? "21" : "30";
}
