import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { type Clock, sleep } from "#contract/clock.ts";
import { type Millis, millis, seconds } from "#contract/units.ts";

/** What can go wrong with a time server, by name. */
type NtpFault =
  | "hangs"
  | "garbage"
  | "half-answers"
  | "slow"
  | "unsynchronised"
  | "far-from-source"
  | "kiss"
  | "forged";

export interface NtpDeviceOptions {
  host: string;
  clock: Clock;
  /** How far this server's clock is ahead of `clock`. */
  ahead?: Millis;
}

export interface NtpDevice {
  port: number;
  asked: number;
  fault(name: NtpFault, isOn?: boolean): void;
  stop(): Promise<void>;
}

const SLOW = seconds(2);
const FROM_1900_TO_1970_S = 2_208_988_800;

/** A time server (SNTP version 4) on a real UDP port, with faults by name. */
export async function startNtpDevice(options: NtpDeviceOptions): Promise<NtpDevice> {
  const device = new SimulatedNtp(options);
  await device.listen();
  return device;
}

class SimulatedNtp implements NtpDevice {
  port = 0;
  asked = 0;
  readonly #options: NtpDeviceOptions;
  readonly #faults = new Set<NtpFault>();
  readonly #socket: Socket = createSocket("udp4");
  #isOpen = false;

  constructor(options: NtpDeviceOptions) {
    this.#options = options;
    this.#socket.on("message", (packet, from) => void this.#answer(packet, from));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.bind(0, this.#options.host, resolve));
    this.port = this.#socket.address().port;
    this.#isOpen = true;
  }

  fault(name: NtpFault, isOn = true): void {
    if (isOn) this.#faults.add(name);
    else this.#faults.delete(name);
  }

  async stop(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  async #answer(asked: Buffer, from: RemoteInfo): Promise<void> {
    this.asked += 1;
    const { clock } = this.#options;
    if (this.#faults.has("hangs")) return;
    const answer = Buffer.alloc(48);
    answer[0] = 0x24;
    answer[1] = 2;
    answer.writeUInt32BE(65_536 / 100, 4);
    answer.writeUInt32BE(65_536 / 50, 8);
    answer.write("\u007f\u0000\u0000\u0001", 12, "latin1");
    asked.copy(answer, 24, 40, 48);
    this.#writeTime(answer, 32);
    if (this.#faults.has("slow")) await sleep(clock, SLOW);
    this.#writeTime(answer, 40);
    if (this.#faults.has("unsynchronised")) answer[0] = 0xe4;
    if (this.#faults.has("far-from-source")) answer.writeUInt32BE(65_536 * 20, 8);
    if (this.#faults.has("kiss")) {
      answer[1] = 0;
      answer.write("RATE", 12, "latin1");
    }
    if (this.#faults.has("forged")) answer.fill(7, 24, 32);
    if (this.#faults.has("garbage")) answer.fill(0xff);
    if (this.#isOpen)
      this.#socket.send(this.#faults.has("half-answers") ? answer.subarray(0, 20) : answer, from.port, from.address);
  }

  #writeTime(packet: Buffer, at: number): void {
    const { clock, ahead = millis(0) } = this.#options;
    const ms = clock.now() + ahead;
    const whole = Math.floor(ms / 1_000);
    packet.writeUInt32BE((whole + FROM_1900_TO_1970_S) % 2 ** 32, at);
    packet.writeUInt32BE(Math.floor(((ms - whole * 1_000) / 1_000) * 2 ** 32), at + 4);
  }
}
