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
  /** What only class 2 tells; absent on a device of class 1. */
  class2?: Class2 | undefined;
}

export interface Class2 {
  serial: string;
  software: string;
  /** Absent where there is no filter to ask for. */
  filterHours?: number | undefined;
  inputNames: Readonly<Record<string, string>>;
  /** Width and height; `-` where no signal is there, `*` where its size is not known. */
  resolution: string;
  recommended: string;
  lampModels: string;
  filterModels: string;
  /** Whether it knows the SHA-256 log-in of version 2.10. */
  knowsSha256: boolean;
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
  frozen: boolean;
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
  isFrozen = false;
  /** What is there at the input now. */
  signal: string | undefined;
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
    return {
      power: this.#power,
      input,
      muted: { ...muted },
      lampHours: this.#lampHours(),
      health: { ...health },
      frozen: this.isFrozen,
    };
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
  answer(body: string, parameter: string, ofClass: 1 | 2 = 1): string {
    const { class2 } = this.#model;
    const isName = body === "INNM" && parameter.startsWith("?");
    if (ofClass === 1) return parameter === "?" ? this.#tell(body) : this.#obey(body, parameter);
    if (class2 === undefined) return "ERR1";
    // Power, errors and the rest stay class 1 bodies, whatever the device; inputs have both forms.
    if (body === "INPT" || body === "INST") return parameter === "?" ? this.#tell(body) : this.#obey(body, parameter);
    if (isName) return class2.inputNames[parameter.slice(1)] ?? "ERR2";
    return parameter === "?" ? this.#tellClass2(body, class2) : this.#obeyClass2(body, parameter);
  }

  #tellClass2(body: string, class2: Class2): string {
    const isOn = this.#power === "on";
    switch (body) {
      case "SNUM":
        return class2.serial;
      case "SVER":
        return class2.software;
      case "FILT":
        return class2.filterHours === undefined ? "ERR1" : String(class2.filterHours);
      case "FREZ":
        return isOn ? (this.isFrozen ? "1" : "0") : "ERR3";
      case "IRES":
        return isOn ? (this.signal ?? class2.resolution) : "ERR3";
      case "RRES":
        return class2.recommended;
      case "RLMP":
        return this.#model.lampHours === undefined ? "ERR1" : class2.lampModels;
      case "RFIL":
        return class2.filterHours === undefined ? "ERR1" : class2.filterModels;
      default:
        return "ERR1";
    }
  }

  #obeyClass2(body: string, parameter: string): string {
    if (body !== "FREZ" && body !== "SVOL" && body !== "MVOL") return "ERR1";
    if (this.#power !== "on") return "ERR3";
    if (parameter !== "0" && parameter !== "1") return "ERR2";
    if (body === "FREZ") this.isFrozen = parameter === "1";
    return "OK";
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
        return this.#model.class2 === undefined ? "1" : "2";
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
