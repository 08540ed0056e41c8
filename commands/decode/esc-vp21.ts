import type { Parsed } from "#contract/errors.ts";
import { quoted, readableText } from "#edge/drivers/device-failure.ts";
import { HANDSHAKE, parseAnswer, parseHandshake } from "#edge/drivers/esc-vp21/lines.ts";
import { parseEscVp21, readingsOf } from "#edge/drivers/esc-vp21/readings.ts";
import { type Answer, answered, type Heard, refuse, type Says } from "./answer.ts";

const OPENINGS: Readonly<Record<number, Says>> = {
  [HANDSHAKE.ok]: { event: "connected" },
  [HANDSHAKE.passwordWanted]: { auth: true },
  [HANDSHAKE.passwordWrong]: { error: "43", why: "it refused the password" },
  [HANDSHAKE.busy]: { error: "53", why: "it serves another client" },
};

/** What each name tells that is no metric. */
const SAYS: Readonly<Record<string, (value: string) => Says>> = {
  SOURCE: (value) => ({ input: value }),
  SNO: (value) => ({ serial: value }),
  VER: (value) => ({ firmware: value }),
  NWPNAME: (value) => ({ name: value }),
  LAMP: (value) => ({ lamps: value.split(" ").map(Number) }),
  ONTIME: (value) => (/^\d{1,7}$/.test(value) ? { on_time_h: Number(value) } : {}),
};

/** An answer of an Epson projector, with its prompt; or how it took the opening of ESC/VP.net. */
export function decodeEscVp21({ payload, text, command }: Heard): Parsed<Answer> {
  if (text.startsWith("ESC/VP.net")) {
    const status = parseHandshake(payload);
    if (status === undefined) return refuse("DEVICE_GARBAGE", "opening", "is no answer to the opening of ESC/VP.net");
    const says = OPENINGS[status] ?? { error: status.toString(16).padStart(2, "0"), why: "it refused the connection" };
    return answered("esc-vp21", {}, says);
  }
  const answer = parseAnswer(text);
  if (answer === undefined) return refuse("DEVICE_GARBAGE", "answer", `is no ESC/VP21: ${quoted(text)}`);
  if (answer.kind === "error")
    return answered("esc-vp21", {}, { error: "ERR", why: "it does not know that command, or not now" });
  if (answer.kind === "done") return answered("esc-vp21", {}, { accepted: true });
  const asked = /^([A-Z][A-Z0-9]{1,15})\?/.exec(command ?? "")?.[1];
  if (answer.kind === "value" && asked !== undefined && asked !== answer.name)
    return refuse("DEVICE_GARBAGE", "answer", `answers ${answer.name}, asked was ${asked}`);
  const parsed = parseEscVp21(text);
  if (!parsed.ok) return parsed;
  if (answer.kind === "event")
    return answered("esc-vp21", parsed.value, {
      event: "state",
      ...((answer.state === "FF" || answer.alarms !== 0) && { fault: true }),
      ...(answer.warnings !== 0 && { warning: true }),
    });
  const { name, value } = answer;
  const faults = readingsOf(name, value, {})?.faults ?? [];
  return answered("esc-vp21", parsed.value, {
    ...SAYS[name]?.(readableText(value)),
    ...(faults.length > 0 && { fault: faults.join("; ") }),
  });
}
