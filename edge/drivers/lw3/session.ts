import { type Millis, seconds } from "#contract/units.ts";
import { DeviceFailure, quoted } from "../device-failure.ts";
import { FramedSocket, type FramedSocketOptions, type Split } from "../framed-socket.ts";
import { type Line, parseLine } from "./lines.ts";

const ANSWER_WITHIN: Millis = seconds(4);
const LONGEST_LINE = 8_192;
/** Changes that others make are told between question and answer. */
const MOST_LINES = 200;

const atLine: Split = (text) => {
  const end = text.indexOf("\n");
  return end < 0 ? undefined : { frame: text.slice(0, end).replace(/\r$/, ""), rest: text.slice(end + 1) };
};

/** LW3 over TCP: one signed question at a time, so that its answer is told from what is said unasked. Rejects with DeviceFailure only. */
export class Lw3Session {
  readonly #socket: FramedSocket;
  #asked = 0;
  /** Whether anything of LW3 has come. */
  #hasAnswered = false;

  private constructor(socket: FramedSocket) {
    this.#socket = socket;
  }

  static async open(options: Omit<FramedSocketOptions, "longestFrame">): Promise<Lw3Session> {
    return new Lw3Session(await FramedSocket.open({ ...options, longestFrame: LONGEST_LINE }));
  }

  /** The lines of its answer. */
  async ask(command: string): Promise<readonly Line[]> {
    const signature = (++this.#asked).toString(16).toUpperCase().padStart(4, "0");
    this.#socket.write(`${signature}#${command}\r\n`);
    const answer: Line[] = [];
    let isOurs = false;
    for (let heard = 0; heard < MOST_LINES; heard++) {
      const text = await this.#line(command);
      if (text === "") continue;
      const line = parseLine(text);
      if (line === undefined)
        throw new DeviceFailure("DEVICE_GARBAGE", `answered ${quoted(text)} to ${command}`, { answers: true });
      this.#hasAnswered = true;
      if (line.kind === "begin") isOurs = line.signature.toUpperCase() === signature;
      else if (line.kind === "end") {
        if (isOurs) return answer;
      } else if (isOurs) answer.push(line);
    }
    throw new DeviceFailure("DEVICE_GARBAGE", `does not end its answer to ${command}`, { answers: true });
  }

  end(): void {
    this.#socket.end();
  }

  async #line(command: string): Promise<string> {
    const late = `did not answer ${command} in time`;
    try {
      return await this.#socket.next(atLine, ANSWER_WITHIN, late);
    } catch (error) {
      if (error instanceof DeviceFailure && error.message === late)
        throw new DeviceFailure("DEVICE_SILENT", late, { answers: this.#hasAnswered });
      throw error;
    }
  }
}
