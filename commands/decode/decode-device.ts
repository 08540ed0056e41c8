import type { Parsed } from "#contract/errors.ts";
import { type Answer, type Heard, refuse } from "./answer.ts";
import { decodeBacnet } from "./bacnet.ts";
import { decodeCrestron } from "./crestron.ts";
import { decodeDesks } from "./desks.ts";
import { decodeEscVp21 } from "./esc-vp21.ts";
import { decodeExtron } from "./extron.ts";
import { decodeLw3 } from "./lw3.ts";
import { decodeModbus } from "./modbus.ts";
import { decodePjlink } from "./pjlink.ts";
import { decodeQsys } from "./qsys.ts";
import { decodeSnmp } from "./snmp.ts";
import { decodeXapi } from "./xapi.ts";

export interface DecodedDevice {
  driver: string;
  parsed: Parsed<Answer>;
}

interface Protocol {
  driver: string;
  /** Where its devices are heard. */
  topic: RegExp;
  read: (heard: Heard) => Parsed<Answer>;
  /** How its text is written where it is no UTF-8. */
  otherwise?: "latin1";
  longest?: number;
}

/** No device says more in one answer; a whole status tree is longer. */
const LONGEST = 64 * 1024;
const LONGEST_TREE = 4 * 1024 * 1024;

const protocols: readonly Protocol[] = [
  { driver: "pjlink", topic: /^(tcp|udp):4352\b/, read: decodePjlink },
  { driver: "qsys", topic: /^tcp:1710\b/, read: decodeQsys },
  { driver: "snmp", topic: /^snmp \d/, read: decodeSnmp },
  {
    driver: "xapi",
    topic: /^wss:\/ws|\/getxml\?location=|HttpFeedback|\/xapi\/status|^ssh:xstatus\b/i,
    read: decodeXapi,
    longest: LONGEST_TREE,
  },
  { driver: "bacnet", topic: /^bacnet\b/i, read: decodeBacnet },
  { driver: "modbus", topic: /^modbus\b/i, read: decodeModbus },
  { driver: "extron", topic: /^(tcp|telnet):23\b|^ssh:22023\b|^extron\b/i, read: decodeExtron, otherwise: "latin1" },
  { driver: "lw3", topic: /^tcp:6107\b|^lw3\b/i, read: decodeLw3 },
  { driver: "esc-vp21", topic: /^tcp:3629\b|\bESC\/VP(21|\.net)\b/i, read: decodeEscVp21 },
  { driver: "crestron-fusion", topic: /^crestron\b/i, read: decodeCrestron },
  { driver: "enlighted", topic: /\bgetDeskOccupancyState\b/, read: decodeDesks },
];

/**
 * What one answer of a device becomes, where the place it was heard at tells whose it is. What needs a map of the
 * configuration (Modbus registers, BACnet points) is read by what is known of common devices, and says so. `undefined`
 * for anything else.
 */
export function decodeDevice(topic: string, payload: Uint8Array, command?: string): DecodedDevice | undefined {
  const protocol = protocols.find((each) => each.topic.test(topic));
  if (protocol === undefined) return undefined;
  const { driver, read, longest = LONGEST, otherwise } = protocol;
  if (payload.length > longest)
    return { driver, parsed: refuse("TOO_LARGE", "payload", `is longer than ${longest} bytes`) };
  const text = textOf(payload) ?? (otherwise && Buffer.from(payload).toString(otherwise));
  if (text === undefined) return { driver, parsed: refuse("DEVICE_GARBAGE", "payload", "is not UTF-8") };
  return { driver, parsed: read({ topic, payload, text, ...(command !== undefined && { command }) }) };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function textOf(payload: Uint8Array): string | undefined {
  try {
    return utf8.decode(payload);
  } catch {
    return undefined;
  }
}
