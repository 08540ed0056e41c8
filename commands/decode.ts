import { readFileSync } from "node:fs";
import { Command } from "commander";
import { type ErrorCode, GreenroomError, messageOf } from "#contract/errors.ts";
import { isPlausible, metrics, type MetricValue } from "#contract/metrics.ts";
import { hours, rfc3339 } from "#contract/units.ts";
import { parseTopic } from "#contract/wire.ts";
import { systemClock } from "#contract/system-clock.ts";
import { isObject } from "#gateway/translate/payload.ts";
import type { VendorMessage } from "#gateway/translate/translation.ts";
import { AnyTranslator } from "#gateway/translate/translators.ts";
import { judgeReading } from "#server/recorder/judge-reading.ts";
import type { Says } from "./decode/answer.ts";
import { type DecodedDevice, decodeDevice } from "./decode/decode-device.ts";
import { decodeDiscovery } from "./decode/discovery.ts";
import { print, run } from "./run.ts";

/**
 * What a payload becomes: readings, or the reason why not. `implausible` names metrics that no working sensor reports;
 * `says` is what a device tells beside metrics: its own errors and faults, what it is, what it announces.
 */
export type Decoded =
  | {
      readings: {
        site: string;
        room: string;
        device: string;
        at: string;
        metrics: Record<string, unknown>;
        implausible?: string[];
      }[];
    }
  | { message: string; site: string }
  | {
      translator: string;
      readings: {
        device: string;
        label?: string;
        at?: string;
        metrics: Record<string, unknown>;
        historical?: true;
        doubt?: string;
        implausible?: string[];
      }[];
      states?: { device: string; state: string; interval_s?: number }[];
      /** Topics on which an answer is asked for (a rebirth). */
      asks?: string[];
      says?: Says;
    }
  | { rejected: ErrorCode; where: string; why: string };

/** A message or a device's answer; `command` is what the device was asked, where that is known. */
interface Heard extends VendorMessage {
  command?: string;
}

const ANY_AGE = hours(24 * 365 * 100);

/** What Greenroom would make of a message, by its own wire or by that of the vendor whose it looks like. */
export function decode(message: Heard, vendors = new AnyTranslator(), now = systemClock.now()): Decoded {
  const { topic, payload, command } = message;
  const address = parseTopic(topic);
  if (address === undefined) {
    const device = decodeDevice(topic, payload, command);
    return device === undefined ? decodeVendor(message, vendors) : decodedDevice(device);
  }
  if (address.kind !== "reading") return { message: address.kind, site: address.site };
  const judged = judgeReading(payload, { now: now, keeps: ANY_AGE, agent: undefined });
  if (!judged.ok) return { rejected: judged.code, where: judged.where, why: judged.why };
  const { at, metrics: values } = judged.reading;
  const known = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => metrics.has(name) && value !== null),
  );
  const implausible = implausibleOf(known);
  return {
    readings: [
      {
        site: address.site,
        room: address.room ?? "",
        device: address.device ?? "",
        at,
        metrics: known,
        ...(implausible.length === 0 ? {} : { implausible }),
      },
    ],
  };
}

function decodeVendor(message: VendorMessage, vendors: AnyTranslator): Decoded {
  const isAnnounced = message.topic.startsWith("homeassistant/");
  const found = isAnnounced ? undefined : vendors.translate(message);
  const discovery = found === undefined ? decodeDiscovery(message.topic, message.payload) : undefined;
  if (discovery !== undefined) return discovery;
  if (found === undefined)
    return {
      rejected: "WRONG_TOPIC",
      where: "topic",
      why: `"${message.topic.slice(0, 120)}" is neither part of the wire (greenroom/v1/{site}/{room}/{device}/reading) nor of a known vendor`,
    };
  const { translator, translated } = found;
  if (!translated.ok) return { rejected: translated.code, where: translated.where, why: translated.why };
  return {
    translator,
    readings: translated.readings.map(({ at, ...reading }) => {
      const implausible = implausibleOf(reading.metrics);
      return {
        ...reading,
        ...(at !== undefined && { at: rfc3339(at) }),
        ...(implausible.length > 0 && { implausible }),
      };
    }),
    ...(translated.words.length > 0 && { states: translated.words }),
    ...(translated.asks !== undefined && { asks: translated.asks.map(({ topic }) => topic) }),
  };
}

function decodedDevice({ driver, parsed }: DecodedDevice): Decoded {
  return parsed.ok
    ? { translator: driver, ...parsed.value }
    : { rejected: parsed.code, where: parsed.where, why: parsed.why };
}

function implausibleOf(values: Record<string, MetricValue | null>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const metric = metrics.get(name);
    return metric !== undefined && value !== null && !isPlausible(metric, value) ? [name] : [];
  });
}

interface DecodeOptions {
  topic?: string;
  payload?: string;
  jsonl?: string;
}

const places =
  "tcp:4352 and udp:4352 (PJLink), tcp:3629 (ESC/VP21), tcp:23 (Extron SIS), tcp:6107 (LW3), tcp:1710 (Q-SYS), snmp OID, " +
  "bacnet OBJECT, modbus REGISTERS, wss:/ws (xAPI), crestron, getDeskOccupancyState";

export const decodeCommand = (): Command =>
  new Command("decode")
    .description(
      "What a device's payload would become: {readings: […]} or {rejected: CODE, where, why}, one JSON line each.",
    )
    .option("--topic <topic>", "the topic")
    .option("--payload <text>", "the payload (standard input where left out)")
    .option("--jsonl <file>", "lines of {topic, payload} (or payload_b64; retain; command); - for standard input")
    .addHelpText(
      "after",
      `\nAnswers of devices are read where the topic says whose they are: ${places}.\n\nExit codes: 0 every line was decoded or rejected with its reason · 2 the input cannot be read`,
    )
    .action(
      run((options: DecodeOptions) => {
        if (options.jsonl !== undefined) {
          const vendors = new AnyTranslator();
          for (const [index, line] of readInput(options.jsonl).toString("utf8").split("\n").entries())
            if (line.trim() !== "") print(JSON.stringify(decodeLine(line, index + 1, vendors)));
          return;
        }
        if (options.topic === undefined)
          throw new GreenroomError("INPUT_INVALID", "name the topic with --topic, or a file of lines with --jsonl");
        print(
          JSON.stringify(
            decode({
              topic: options.topic,
              payload: options.payload === undefined ? readInput("-") : Buffer.from(options.payload),
              retained: false,
            }),
          ),
        );
      }),
    );

/** One line of a file, as `--jsonl` reads it. */
export function decodeLine(line: string, number: number, vendors: AnyTranslator): Decoded {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return { rejected: "BAD_JSON", where: `line ${number}`, why: messageOf(error) };
  }
  if (!isObject(json)) return { rejected: "BAD_SHAPE", where: `line ${number}`, why: "must be {topic, payload}" };
  const { topic, payload, payload_b64: base64, retain, command } = json;
  if (typeof topic !== "string") return { rejected: "BAD_SHAPE", where: `line ${number}: topic`, why: "is missing" };
  const bytes =
    typeof base64 === "string"
      ? Buffer.from(base64, "base64")
      : Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload ?? ""));
  const asked = typeof command === "string" ? { command } : {};
  return decode({ topic, payload: bytes, retained: retain === true, ...asked }, vendors);
}

function readInput(file: string): Buffer {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    throw new GreenroomError("NOT_FOUND", `${file === "-" ? "standard input" : file} cannot be read`, error);
  }
}
