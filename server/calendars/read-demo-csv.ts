import { parse } from "csv-parse/sync";
import { z } from "zod";
import type { DemoInput } from "#contract/api/requests.ts";
import { messageOf } from "#contract/errors.ts";
import { capabilities } from "#contract/messages/room.ts";
import type { CalendarFault } from "./calendar-fault.ts";
import { ianaZone } from "./zones.ts";

/** A demo of a CSV: its room as written, for the caller to find. */
export interface CsvDemo extends Omit<DemoInput, "room"> {
  line: number;
  room: string;
  /** The file's own name of the demo, so that a second import changes it instead of adding another. */
  id?: string;
}

const MOST_ROWS = 20_000;
const NEEDED = ["room", "title", "start", "end"] as const;
const KNOWN: readonly string[] = [
  ...NEEDED,
  "id",
  "account",
  "host",
  "arrival",
  "people",
  "capabilities",
  "target",
  "value_eur",
  "template",
  "access",
];
const Capability = z.enum(capabilities);

/**
 * Reads demos from a CSV with a header: room, title, start, end; optional id, account, host, arrival, people, capabilities
 * (separated by blanks or +), target, value_eur, template (its name or id), access (arranged or missing). Comma, semicolon or tab; times in RFC 3339, or as `2026-11-23 14:00` in
 * `zone`. A row with a fault is left out and told with its line; never throws.
 */
export function readDemoCsv(text: string, zone: string): { demos: CsvDemo[]; faults: CalendarFault[] } {
  const faults: CalendarFault[] = [];
  const firstLine = text.split(/\r?\n/, 1)[0] ?? "";
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      delimiter: [",", ";", "\t"].toSorted(
        (a, b) => firstLine.split(b).length - firstLine.split(a).length,
      )[0] as string,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      to: MOST_ROWS,
    }) as unknown as typeof rows;
  } catch (error) {
    return { demos: [], faults: [{ where: "file", why: `is not a CSV: ${messageOf(error)}` }] };
  }
  const header = Object.keys(rows[0]?.record ?? {});
  const missing = NEEDED.filter((name) => !header.includes(name));
  if (rows.length === 0 || missing.length > 0)
    return {
      demos: [],
      faults: [
        {
          line: 1,
          where: "header",
          why:
            rows.length === 0
              ? "the file has no rows"
              : `lacks the column${missing.length > 1 ? "s" : ""} ${missing.join(", ")}`,
        },
      ],
    };
  for (const name of header.filter((each) => !KNOWN.includes(each)))
    faults.push({ line: 1, where: name || "header", why: "is not a known column and is passed over" });
  const demos = rows.flatMap(({ record, info }) => {
    const wrong: CalendarFault[] = [];
    const demo = readRow(record, { line: info.lines, zone, wrong });
    faults.push(...wrong);
    return wrong.length === 0 ? demo : [];
  });
  return { demos, faults };
}

interface RowContext {
  line: number;
  zone: string;
  wrong: CalendarFault[];
}

function readRow(row: Record<string, string>, { line, zone, wrong }: RowContext): CsvDemo {
  const fault = (where: string, why: string): void => void wrong.push({ line, where, why });
  const time = (column: string): string => {
    const at = parseTime(row[column] ?? "", zone);
    if (at === undefined)
      fault(
        column,
        `"${(row[column] ?? "").slice(0, 40)}" is not a time (2026-11-23T14:00:00+01:00, or 2026-11-23 14:00)`,
      );
    return at ?? "";
  };
  const number = (column: string, low: number, high: number): number | undefined => {
    const value = row[column] ?? "";
    if (value === "") return undefined;
    const n = Number(value.replace(",", "."));
    if (Number.isFinite(n) && n >= low && n <= high) return n;
    fault(column, `"${value.slice(0, 40)}" is not a number from ${low} to ${high}`);
    return undefined;
  };
  for (const column of ["room", "title"] as const) if ((row[column] ?? "") === "") fault(column, "is empty");
  const start = time("start");
  const end = time("end");
  const arrival = (row["arrival"] ?? "") === "" ? undefined : time("arrival");
  if (start !== "" && end !== "" && start >= end) fault("end", "is not after start");
  const people = number("people", 0, 10_000);
  const needed = (row["capabilities"] ?? "").split(/[\s+|/]+/).filter((each) => each !== "");
  const known = needed.flatMap((each) => {
    const parsed = Capability.safeParse(each.toLowerCase());
    if (!parsed.success) fault("capabilities", `"${each.slice(0, 40)}" is not one of ${capabilities.join(", ")}`);
    return parsed.data ?? [];
  });
  const access = (row["access"] ?? "").toLowerCase();
  if (access !== "" && access !== "arranged" && access !== "missing")
    fault("access", `"${access.slice(0, 40)}" is not arranged or missing`);
  const optional = {
    access,
    template: row["template"],
    id: row["id"],
    account: row["account"],
    host: row["host"],
    arrival,
    target: number("target", 0.5, 0.999),
    value_eur: number("value_eur", 0, 1e12),
  };
  return {
    line,
    room: row["room"] ?? "",
    title: (row["title"] ?? "").slice(0, 256),
    start,
    end,
    needs: {
      ...(people === undefined ? {} : { people: Math.round(people) }),
      ...(known.length === 0 ? {} : { capabilities: known }),
    },
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined && value !== "")),
  };
}

function parseTime(text: string, zone: string): string | undefined {
  try {
    if (/[zZ]$|[+-]\d\d:?\d\d$/.test(text)) return Temporal.Instant.from(text).toString({ fractionalSecondDigits: 3 });
    const local = Temporal.PlainDateTime.from(text.replace(" ", "T"), { overflow: "reject" });
    return /\d\d:\d\d/.test(text)
      ? ianaZone(zone)?.resolve(local).at.toString({ fractionalSecondDigits: 3 })
      : undefined;
  } catch {
    return undefined;
  }
}
