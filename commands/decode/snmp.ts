import { ObjectType } from "net-snmp";
import type { Parsed } from "#contract/errors.ts";
import { objectOf } from "#gateway/translate/payload.ts";
import { parseSnmp } from "#edge/drivers/snmp/readings.ts";
import { type Answer, answered, type Heard, type Metrics, refuse, type Says } from "./answer.ts";

const PROFILES = [undefined, "ups", "pdu", "printer"] as const;
/** How an exchange may end without a value: nobody answered, or it has no such object. */
const NO_VALUE: Readonly<Record<string, Says>> = {
  timeout: { online: null, why: "no answer: off, a wrong community and a firewall look alike" },
  null: {},
  nosuchobject: { why: "it has no such object" },
  nosuchinstance: { why: "it has no such object" },
  endofmibview: { why: "it has no such object" },
};
const TEXTS: ReadonlySet<string> = new Set(["OctetString", "OID", "IpAddress", "Opaque"]);

/** One value as `{oid, type, value}`; bytes as `OctetString(hex)`. Which profile an OID belongs to is known by what reads it. */
export function decodeSnmp({ topic, payload, text }: Heard): Parsed<Answer> {
  const read = objectOf(payload);
  if (!read.ok) return read;
  const { oid, type, value } = read.json;
  if (typeof oid !== "string" || !/^1(\.\d{1,10}){3,127}$/.test(oid))
    return refuse("BAD_SHAPE", "oid", "must be numeric, as 1.3.6.1.2.1.1.3.0");
  if (/^snmp [\d.]+$/.test(topic) && topic !== `snmp ${oid}`)
    return refuse("DEVICE_GARBAGE", "oid", "is not the one that was asked for");
  if (typeof type !== "string") return refuse("BAD_SHAPE", "type", "must be the type's name");
  const none = NO_VALUE[type.toLowerCase()];
  if (none !== undefined) return answered("snmp", {}, none);
  const wrong = wrongValue(type, value);
  if (wrong !== undefined) return refuse("BAD_SHAPE", wrong.where, wrong.why);
  const metrics: Metrics = {};
  for (const profile of PROFILES) {
    const parsed = parseSnmp(`[${text}]`, profile === undefined ? {} : { profile });
    if (!parsed.ok) return parsed;
    Object.assign(metrics, parsed.value);
  }
  const fact = facts.find((each) => oid === each.oid || oid.startsWith(`${each.oid}.`));
  const says = fact?.read(value, oid.slice(fact.oid.length + 1));
  return answered("snmp", metrics, says ?? {});
}

function wrongValue(type: string, value: unknown): { where: string; why: string } | undefined {
  if (type === "OctetString(hex)")
    return typeof value === "string" && /^(0x)?([0-9a-f]{2})*$/i.test(value)
      ? undefined
      : { where: "value", why: "must be bytes in hex" };
  if (!Object.hasOwn(ObjectType, type) || !/^[A-Z]/.test(type)) return { where: "type", why: "is no type of SNMP" };
  if (TEXTS.has(type)) return typeof value === "string" ? undefined : { where: "value", why: "must be a text" };
  return typeof value === "number" && Number.isFinite(value)
    ? undefined
    : { where: "value", why: `must be a number, as ${type} is` };
}

interface Fact {
  oid: string;
  /** `rest`: what stands behind the OID, as the number of the outlet. `undefined`: it says nothing of use. */
  read(value: unknown, rest: string): Says | undefined;
}

const APC = "1.3.6.1.4.1.318.1.1";
const DEVICE_STATES: Readonly<Record<number, string>> = {
  1: "unknown",
  2: "running",
  3: "warning",
  4: "testing",
  5: "down",
};
const PRINTER_ERRORS = [
  "lowPaper",
  "noPaper",
  "lowToner",
  "noToner",
  "doorOpen",
  "jammed",
  "offline",
  "serviceRequested",
];
const LOADS: Readonly<Record<number, string>> = { 1: "normal", 2: "low", 3: "nearOverload", 4: "overload" };
const SOURCES: Readonly<Record<number, string>> = {
  1: "other",
  2: "none",
  3: "normal",
  4: "bypass",
  5: "battery",
  6: "booster",
  7: "reducer",
};

const word = (name: string, words: Readonly<Record<number, string>>, faults: readonly string[] = []): Fact["read"] => {
  return (value) => {
    const said = typeof value === "number" ? words[value] : undefined;
    return said === undefined ? undefined : { [name]: said, ...(faults.includes(said) && { fault: true }) };
  };
};

/** One outlet, 1 on and 2 off; the number is the last of the OID. */
const outlet: Fact["read"] = (value, rest) =>
  value === 1 || value === 2 ? { outlets: { [rest.split(".").at(-1) ?? ""]: value === 1 } } : undefined;

/** Outlets as one text: each word or digit is one, counted from 1. Words of none of them say that it does not know itself. */
const outlets = (
  text: unknown,
  separator: RegExp,
  words: Readonly<Record<string, boolean | null>>,
): Says | undefined => {
  if (typeof text !== "string") return undefined;
  const parts = text.trim().split(separator).slice(0, 256);
  if (!parts.every((part) => Object.hasOwn(words, part))) return { outlets: null };
  return { outlets: Object.fromEntries(parts.map((part, i) => [String(i + 1), words[part]])) };
};

const facts: readonly Fact[] = [
  { oid: "1.3.6.1.2.1.1.1", read: (value) => ({ model: String(value).slice(0, 128) }) },
  { oid: "1.3.6.1.2.1.25.3.2.1.5", read: word("device_state", DEVICE_STATES, ["down"]) },
  {
    // Bits from the left; none, one or two bytes.
    oid: "1.3.6.1.2.1.25.3.5.1.2",
    read: (value) => {
      const first = Number.parseInt(String(value).replace(/^0x/i, "").slice(0, 2) || "0", 16);
      return { faults: PRINTER_ERRORS.filter((_, bit) => (first & (0x80 >> bit)) !== 0) };
    },
  },
  // rPDUOutletControlOutletCommand and rPDUOutletStatusOutletState.
  { oid: `${APC}.12.3.3.1.1.4`, read: outlet },
  { oid: `${APC}.12.3.5.1.1.4`, read: outlet },
  { oid: `${APC}.12.2.3.1.1.3`, read: word("load_state", LOADS, ["overload"]) },
  { oid: `${APC}.12.5.6.1.3`, read: word("load_state", LOADS, ["overload"]) },
  { oid: `${APC}.4.2.2`, read: (value) => outlets(value, / +/, { On: true, Off: false }) },
  {
    // Digipower: 2 is about to go off, 3 is a fault.
    oid: "1.3.6.1.4.1.17420.1.1.3.2.1.3",
    read: (value) => {
      const said = outlets(value, /\s*,\s*/, { "0": false, "1": true, "2": null, "3": null });
      const faulty = String(value)
        .split(",")
        .flatMap((digit, i) => (digit.trim() === "3" ? [`outlet ${i + 1}`] : []));
      return said && { ...said, ...(faulty.length > 0 && { fault: faulty.join(", ") }) };
    },
  },
  { oid: "1.3.6.1.2.1.33.1.4.1", read: word("ups_source", SOURCES) },
];
