import type { Answers } from "../answers.ts";
import { type Memory, type Profile, type Reading, wordOf } from "./profile.ts";

const INTERFACES = "1.3.6.1.2.1.2.2.1";
export const IF_NAMES = ["1.3.6.1.2.1.31.1.1.1.1", `${INTERFACES}.2`] as const;
const SPEED_MBPS = "1.3.6.1.2.1.31.1.1.1.15";
const POE_DETECTION = "1.3.6.1.2.1.105.1.1.1.6";
const UPTIME = "1.3.6.1.2.1.1.3.0";
const [SPEED_BPS, ADMIN, OPER, IN_ERRORS, OUT_ERRORS] = [5, 7, 8, 14, 20].map((column) => `${INTERFACES}.${column}`);

/** ifOperStatus: 1 up, 2 down, 3 testing, 4 unknown, 5 dormant, 6 not present, 7 lower layer down. */
const UP: Readonly<Record<number, boolean>> = { 1: true, 2: false, 3: false, 5: false, 6: false, 7: false };
/** pethPsePortDetectionStatus: 1 disabled, 2 searching, 3 delivering, 4 fault, 5 test, 6 another fault. */
const POE: Readonly<Record<number, string>> = {
  1: "off",
  2: "searching",
  3: "delivering",
  4: "fault",
  5: "searching",
  6: "fault",
};
const COUNTER32 = 2 ** 32;
/** ifSpeed stops counting here; ifHighSpeed goes on. */
const SPEED_BPS_MOST = 4_294_967_295;

const indexOf = (options: Reading["options"], memory: Memory): number | undefined => options.if_index ?? memory.ifIndex;

/** A port of a network switch: link, speed, errors and power over the cable (IF-MIB, POWER-ETHERNET-MIB). */
export const switchPort: Profile = {
  kind: "switch",
  oids(options, memory) {
    const index = indexOf(options, memory);
    const columns = [SPEED_BPS, ADMIN, OPER, IN_ERRORS, OUT_ERRORS, SPEED_MBPS, ...IF_NAMES];
    return [
      UPTIME,
      ...(index === undefined ? [] : columns.map((column) => `${column}.${index}`)),
      ...(options.poe_port === undefined ? [] : [`${POE_DETECTION}.${options.poe_port}`]),
    ];
  },
  read(reading: Reading) {
    const { answers, options, memory, told } = reading;
    const index = indexOf(options, memory);
    const of = (column: string | undefined): number | undefined => answers.number(`${column}.${index}`);
    const isUp = wordOf(of(OPER), UP);
    const poe =
      options.poe_port === undefined ? undefined : wordOf(answers.number(`${POE_DETECTION}.${options.poe_port}`), POE);
    told.putAll({ link_up: isUp, poe_state: poe });
    if (isUp === true) told.put("link_speed_mbps", speed(of(SPEED_MBPS), of(SPEED_BPS)));
    told.put("link_errors_per_min", errorsPerMinute(reading, of(IN_ERRORS), of(OUT_ERRORS)));
    return [
      ...(index !== undefined && of(OPER) === undefined ? ["it has no such port"] : []),
      ...(isUp === false && of(ADMIN) === 2 ? ["the port is switched off by its administrator"] : []),
      ...(poe === "fault" ? ["it cannot give power on this port"] : []),
    ];
  },
};

/** Zero says that the switch does not know it. */
function speed(mbps: number | undefined, bps: number | undefined): number | undefined {
  if (mbps !== undefined && mbps > 0) return mbps;
  return bps !== undefined && bps > 0 && bps < SPEED_BPS_MOST ? bps / 1_000_000 : undefined;
}

/** Counters of 32 bits run over, and begin anew with the switch: then nothing is told until the next look. */
function errorsPerMinute(
  { answers, memory, now }: Reading,
  received: number | undefined,
  sent: number | undefined,
): number | undefined {
  const uptime = answers.number(UPTIME);
  const before = memory.counted;
  if (received === undefined || uptime === undefined) {
    memory.counted = undefined;
    return undefined;
  }
  const errors = received + (sent ?? 0);
  memory.counted = { at: now, uptime, errors };
  if (before === undefined || uptime < before.uptime || now <= before.at) return undefined;
  const counted = errors >= before.errors ? errors - before.errors : errors - before.errors + COUNTER32;
  return counted > COUNTER32 / 2 ? undefined : (counted * 60_000) / (now - before.at);
}

/** Which number a named port has: switches renumber their ports when they start. */
export function findPort(answers: Answers, name: string): number | undefined {
  for (const names of IF_NAMES)
    for (const row of answers.below(names))
      if (/^\d{1,10}$/.test(row) && answers.text(`${names}.${row}`) === name) return Number(row);
  return undefined;
}

/** Whether the number that was found before still is that port's. */
export const isStillPort = (answers: Answers, name: string, index: number): boolean =>
  IF_NAMES.some((names) => answers.text(`${names}.${index}`) === name);
