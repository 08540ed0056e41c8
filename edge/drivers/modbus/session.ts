import { connect, type Socket } from "node:net";
import modbusSerial from "modbus-serial";
import type { Clock } from "#contract/clock.ts";
import { type ErrorCode, messageOf } from "#contract/errors.ts";
import { type Millis, seconds } from "#contract/units.ts";
import type { Block } from "./blocks.ts";
import type { ModbusOptions } from "./options.ts";
import { sayException } from "./readings.ts";

/** Why a device could not be asked. `isBusy`: it took the connection and closed it, as one that serves another client does. */
export class ModbusFailure extends Error {
  readonly code: ErrorCode;
  readonly isBusy: boolean;

  constructor(code: ErrorCode, text: string, isBusy = false) {
    super(text);
    this.name = "ModbusFailure";
    this.code = code;
    this.isBusy = isBusy;
  }
}

/** The device's own refusal of one question; its connection goes on. */
export class ModbusException extends Error {
  readonly number: number;

  constructor(number: number) {
    super(sayException(number));
    this.name = "ModbusException";
    this.number = number;
  }
}

const CONNECT_WITHIN: Millis = seconds(4);
const ANSWER_WITHIN: Millis = seconds(3);

/** One connection, one question at a time; ended by the caller as soon as its questions are answered. */
export class ModbusSession {
  readonly #socket: Socket;
  readonly #client = new modbusSerial.default();
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #abort = (): void => this.#fail(new ModbusFailure("DEVICE_SILENT", "gave up: it took too long"));
  #failure: ModbusFailure | undefined;
  #isOpen = false;
  #wake: () => void = () => {};

  private constructor({ host, port }: ModbusOptions, clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on("connect", () => {
      this.#isOpen = true;
      this.#wake();
    });
    this.#socket.on("error", (error: NodeJS.ErrnoException) => {
      if (this.#isOpen) this.#fail(new ModbusFailure("DEVICE_REFUSED", "broke the connection", true));
      else if (error.code === "ECONNREFUSED") this.#fail(new ModbusFailure("DEVICE_REFUSED", "refused the connection"));
      else this.#fail(new ModbusFailure("DEVICE_SILENT", messageOf(error)));
    });
    this.#socket.on("close", () =>
      this.#fail(new ModbusFailure("DEVICE_REFUSED", "closed the connection: it may serve another client", true)),
    );
    signal.addEventListener("abort", this.#abort);
    if (signal.aborted) this.#abort();
  }

  static async open(options: ModbusOptions, clock: Clock, signal: AbortSignal): Promise<ModbusSession> {
    const session = new ModbusSession(options, clock, signal);
    try {
      await session.#until(CONNECT_WITHIN, () => session.#isOpen, "cannot be reached");
      await session.#client.linkTCP(session.#socket, { port: options.port });
      session.#client.on("error", () => {});
      session.#client.setID(options.unit);
      session.#client.setTimeout(ANSWER_WITHIN * 2);
      return session;
    } catch (error) {
      session.end();
      throw error;
    }
  }

  /** The data of its answer. Rejects with ModbusException where it refuses this question, else with ModbusFailure. */
  async read({ table, address, length }: Block): Promise<Uint8Array> {
    let data: Uint8Array | undefined;
    let refused: ModbusException | undefined;
    const take = async (): Promise<void> => {
      try {
        data = new Uint8Array((await this.#ask(table, address, length)).buffer);
      } catch (error) {
        const number = (error as { modbusCode?: unknown }).modbusCode;
        if (typeof number === "number") refused = new ModbusException(number);
        else
          this.#fail(new ModbusFailure("DEVICE_GARBAGE", `answers something else: ${messageOf(error).slice(0, 80)}`));
      }
      this.#wake();
    };
    void take();
    await this.#until(ANSWER_WITHIN, () => data !== undefined || refused !== undefined, "did not answer in time");
    if (refused !== undefined) throw refused;
    return data ?? new Uint8Array();
  }

  end(): void {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#socket.destroy();
  }

  #ask(table: Block["table"], address: number, length: number): Promise<{ buffer: Buffer }> {
    if (table === "holding") return this.#client.readHoldingRegisters(address, length);
    if (table === "input") return this.#client.readInputRegisters(address, length);
    if (table === "coil") return this.#client.readCoils(address, length);
    return this.#client.readDiscreteInputs(address, length);
  }

  #fail(failure: ModbusFailure): void {
    this.#failure ??= failure;
    this.#wake();
  }

  /** Waits for `isReady`, else throws what went wrong. */
  #until(within: Millis, isReady: () => boolean, late: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (isReady()) resolve();
        else if (this.#failure !== undefined) reject(this.#failure);
        else return;
        cancel();
        this.#wake = () => {};
      };
      const cancel = this.#clock.after(within, () => this.#fail(new ModbusFailure("DEVICE_SILENT", late)));
      this.#wake = settle;
      settle();
    });
  }
}
