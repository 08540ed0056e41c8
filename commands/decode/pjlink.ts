import type { Parsed } from "#contract/errors.ts";
import * as lines from "#edge/drivers/pjlink/lines.ts";
import { parsePjlink } from "#edge/drivers/pjlink/readings.ts";
import { type Answer, answered, type Heard, refuse, type Says } from "./answer.ts";

const ERRORS: Readonly<Record<string, string>> = {
  ERR1: "it does not know that command",
  ERR2: "it does not know that parameter",
  ERR3: "not now: it sleeps, warms up or cools down",
  ERR4: "it has failed",
  ERRA: "it refused the password",
};
/** What is said over UDP with the hardware address: it came up, or answers a search. */
const ADDRESSES: Readonly<Record<string, string>> = { LKUP: "link_up", ACKN: "found" };
/** Of the notices over UDP, what each is about. */
const NOTICES: Readonly<Record<string, string>> = { POWR: "power", INPT: "input", ERST: "errors" };
const words = (value: string): string[] => value.split(" ").filter((word) => word !== "");

/** What each body tells that is no metric. */
const SAYS: Readonly<Record<string, (value: string) => Says>> = {
  INPT: (value) => ({ input: value.toUpperCase() }),
  INNM: (value) => ({ input_name: value }),
  INST: (value) => ({ inputs: words(value) }),
  IRES: (value) =>
    value === "-" ? { signal: false } : value === "*" ? { signal: null } : { signal: true, resolution: value },
  RRES: (value) => ({ recommended: value }),
  AVMT: (value) => ({ audio_mute: value === "21" || value === "31" }),
  LAMP: (value) => ({ lamps: lines.parseLamps(value)?.map(({ hours, isOn }) => [hours, isOn]) }),
  RLMP: (value) => ({ lamp_models: words(value) }),
  RFIL: (value) => ({ filters: words(value) }),
  SVER: (value) => ({ software: value }),
  SNUM: (value) => ({ serial: value }),
  CLSS: (value) => ({ class: Number(value) }),
  INF1: (value) => ({ maker: value }),
  INF2: (value) => ({ model: value }),
  INFO: (value) => ({ info: value }),
  NAME: (value) => ({ name: value }),
};

/** A line of a PJLink device: greeting, answer, or notice over UDP. */
export function decodePjlink({ topic, text, command = "" }: Heard): Parsed<Answer> {
  const line = text.replace(/\r$/, "");
  const greeting = greetingOf(line, command);
  if (greeting !== undefined) return answered("pjlink", {}, greeting);
  const isNotice = topic.startsWith("udp");
  const [, body = "", value = ""] = /^%[12]([a-z0-9]{4})=(.*)$/i.exec(line) ?? [];
  const name = body.toUpperCase();
  const asked = /%[12]([a-z0-9]{4}) /i.exec(command)?.[1]?.toUpperCase();
  if (asked !== undefined && name !== "" && asked !== name)
    return refuse("DEVICE_GARBAGE", "line", `answers ${name}, asked was ${asked}`);
  if (isNotice && /^%2SRCH$/i.test(line)) return answered("pjlink", {}, { event: "search" });
  const announced = isNotice ? ADDRESSES[name] : undefined;
  if (announced !== undefined) return addressed(announced, name, value);
  if (isNotice && name === "POWR" && !/^[01]$/.test(value))
    return refuse("DEVICE_GARBAGE", "POWR", "a notice of power is 0 or 1");
  if (!isNotice && /^OK$/i.test(value)) return answered("pjlink", {}, { accepted: true });
  const read = parsePjlink(line);
  if (!read.ok && read.code !== "DEVICE_PASSWORD") return read;
  const event = isNotice && NOTICES[name] !== undefined ? { event: NOTICES[name] } : {};
  const error = /^ERR[1234A]$/i.test(value) ? value.toUpperCase() : undefined;
  if (error !== undefined) return answered("pjlink", read.ok ? read.value : {}, { ...event, ...trouble(name, error) });
  return answered("pjlink", read.ok ? read.value : {}, { ...event, ...SAYS[name]?.(lines.readableText(value)) });
}

function trouble(body: string, error: string): Says {
  const isLampless = body === "LAMP" && error === "ERR1";
  return {
    error,
    why: isLampless ? "it has no lamp" : ERRORS[error],
    ...(isLampless && { lamps: [] }),
    ...(error === "ERR4" && { fault: true }),
  };
}

function greetingOf(line: string, command: string): Says | undefined {
  const challenge = lines.parseChallenge(line);
  if (challenge !== undefined) return { auth: true, auth_method: "sha256", salt: challenge };
  const greeting = lines.parseGreeting(line);
  if (greeting?.kind === "open") return { auth: false };
  if (greeting?.kind === "salted") return { auth: true, auth_method: "md5", salt: greeting.salt.toLowerCase() };
  if (greeting === undefined) return undefined;
  // An older device takes the question for the newer log-in for a wrong digest.
  const why = /^PJLINK 2\r?$/i.test(command)
    ? "it does not know the SHA-256 log-in: MD5 is to be tried"
    : ERRORS["ERRA"];
  return { error: "ERRA", why };
}

function addressed(event: string, body: string, mac: string): Parsed<Answer> {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)
    ? answered("pjlink", {}, { event, mac: mac.toLowerCase() })
    : refuse("DEVICE_GARBAGE", body, "is no hardware address");
}
