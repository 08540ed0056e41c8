import { ObjectType, type Varbind } from "net-snmp";
import { messageOf, type Parsed } from "#contract/errors.ts";
import { metrics as registry, type MetricValue } from "#contract/metrics.ts";
import { instant } from "#contract/units.ts";
import { type Metrics, Told } from "../told.ts";
import { Answers } from "./answers.ts";
import { type MapEntry, ReadOptions } from "./options.ts";
import { pdu } from "./profiles/pdu.ts";
import { printer } from "./profiles/printer.ts";
import type { Profile, Reading } from "./profiles/profile.ts";
import { switchPort } from "./profiles/switch-port.ts";
import { ups } from "./profiles/ups.ts";

/** A profile that knows nothing by itself: all comes from the map. */
const mapped = (kind: string): Profile => ({ kind, oids: () => [], read: () => [] });

const PROFILES: Readonly<Record<ReadOptions["profile"], Profile>> = {
  projector: mapped("projector"),
  other: mapped("other"),
  printer,
  ups,
  pdu,
  switch_port: switchPort,
};

export const profileOf = ({ profile }: Pick<ReadOptions, "profile">): Profile => PROFILES[profile];

const [SYS_DESCRIPTION, SYS_UPTIME] = ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.3.0"] as const;

/** Everything that is asked each time. */
export const oidsOf = (options: ReadOptions, memory: Reading["memory"]): readonly string[] => [
  ...new Set([
    SYS_DESCRIPTION,
    SYS_UPTIME,
    ...profileOf(options).oids(options, memory),
    ...options.map.map((entry) => entry.oid),
  ]),
];

/** Puts what an agent answered; returns its own faults in words. */
export function readAnswers(reading: Reading): readonly string[] {
  const { answers, options, told } = reading;
  const ticks = answers.number(SYS_UPTIME);
  told.put("uptime_s", ticks === undefined ? undefined : ticks / 100);
  const faults = profileOf(options).read(reading);
  for (const entry of options.map) putMapped(entry, answers, told);
  return faults;
}

/** What the agent calls itself. */
export const modelOf = (answers: Answers): string | undefined => answers.text(SYS_DESCRIPTION) || undefined;

function putMapped(entry: MapEntry, answers: Answers, told: Told): void {
  const { oid, metric, field } = entry;
  if (!answers.has(oid)) return;
  const text = field === undefined ? answers.text(oid) : fieldOf(answers.text(oid), field);
  const number = field === undefined ? answers.number(oid) : decimal(text);
  if (registry.get(metric)?.kind !== "number") {
    const value: MetricValue | undefined = entry.values?.[number === undefined ? (text ?? "") : String(number)];
    if (value === undefined)
      told.refuse(`${metric}: ${oid} says ${JSON.stringify((text ?? String(number)).slice(0, 40))}`);
    else told.put(metric, value);
  } else if (number === undefined) told.refuse(`${metric}: ${oid} is no number`);
  else if (!entry.absent.includes(number)) told.put(metric, number * entry.scale + entry.offset);
}

const decimal = (text: string | undefined): number | undefined =>
  text !== undefined && /^[+-]?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;

const fieldOf = (text: string | undefined, field: number): string | undefined =>
  text
    ?.split(/[\s,;]+/)
    .filter((part) => part !== "")
    .at(field - 1);

/**
 * Answers as text (`[{"oid": "1.3…", "type": "Integer", "value": 5}]`, bytes as `OctetString(hex)`) in metrics, or why they
 * say nothing. Pure: for golden cases and mutated answers. `options` as in the configuration, without those of the network.
 */
export function parseSnmp(text: string, options: unknown = {}): Parsed<Metrics> {
  const refused = (why: string): Parsed<Metrics> => ({ ok: false, code: "DEVICE_GARBAGE", where: "answer", why });
  const read = ReadOptions.safeParse(options);
  if (!read.success) return { ok: false, code: "CONFIG_INVALID", where: "options", why: read.error.message };
  let varbinds: Varbind[];
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return refused("is no list");
    varbinds = list.flatMap((each: unknown) => varbindOf(each) ?? []);
  } catch (error) {
    return refused(messageOf(error));
  }
  const told = new Told();
  readAnswers({ answers: new Answers(varbinds), options: read.data, memory: {}, told, now: instant(0) });
  return told.parsed("answer");
}

function varbindOf(each: unknown): Varbind | undefined {
  if (typeof each !== "object" || each === null) return undefined;
  const { oid, type, value } = each as Record<string, unknown>;
  if (typeof oid !== "string" || typeof type !== "string") return undefined;
  if (type === "OctetString(hex)")
    return {
      oid,
      type: ObjectType.OctetString,
      value: Buffer.from(String(value).replace(/^0x/, ""), "hex"),
    };
  const known = (ObjectType as unknown as Record<string, number>)[type];
  if (known === undefined || (typeof value !== "number" && typeof value !== "string")) return undefined;
  return { oid, type: known, value: typeof value === "string" ? Buffer.from(value) : value };
}
