type Table = "holding" | "input" | "coil" | "discrete";

export interface RegisterPlace {
  /** Not told where manuals mean either. */
  table: Table | undefined;
  /** As on the wire, from 0. */
  address: number;
  /** How many registers, where it is told. */
  length: number | undefined;
}

const RANGE = /(0x[0-9a-f]{1,4}|\d{1,6})(?:\s*(?:\.\.|-|–|to|,)\s*(0x[0-9a-f]{1,4}|\d{1,6}))?/i;
/** The numbers of manuals that name the table by their first digit, five or six digits long. */
const TABLES: Readonly<Record<string, Table>> = { "0": "coil", "1": "discrete", "3": "input", "4": "holding" };

/**
 * Where registers stand, as manuals write it: `holding 257..259`, `30011..30012`, `input 4 (address 3)`, `257 (0x0100)`. What is
 * in brackets is the address on the wire; without it a register's number is one more than its address. `undefined`: it says none.
 */
export function parsePlace(text: string): RegisterPlace | undefined {
  const [, outside = "", inside] = /^([^()]*)(?:\(([^()]*)\))?\s*$/.exec(text.slice(0, 200)) ?? [];
  const [numbers, addresses] = [rangeOf(outside), inside === undefined ? undefined : rangeOf(inside)];
  const named = namedTable(outside);
  const byNumber = numbers && bigNumber(numbers.first);
  const table = named ?? byNumber?.table;
  const length = (
    addresses?.isRange === true ? addresses : numbers?.isRange === true ? numbers : (numbers ?? addresses)
  )?.length;
  const address = addresses?.first ?? byNumber?.address ?? (numbers === undefined ? undefined : numbers.first - 1);
  if (address === undefined || address < 0 || address > 65_535 || length === undefined || length < 1) return undefined;
  return { table, address, length };
}

function rangeOf(text: string): { first: number; length: number; isRange: boolean } | undefined {
  const [, from, to] = RANGE.exec(text) ?? [];
  if (from === undefined) return undefined;
  const [first, last] = [Number(from), Number(to ?? from)];
  return { first, length: last - first + 1, isRange: to !== undefined };
}

function namedTable(text: string): Table | undefined {
  const found = (["holding", "input", "coil", "discrete"] as const).filter((table) =>
    text.toLowerCase().includes(table),
  );
  return found.length === 1 ? found[0] : undefined;
}

/** 30011 is the eleventh input register, 40001 the first holding register. */
function bigNumber(number: number): { table: Table; address: number } | undefined {
  const digits = String(number);
  const table = digits.length >= 5 ? TABLES[digits[0] ?? ""] : undefined;
  const rest = Number(digits.slice(1));
  return table === undefined || rest < 1 ? undefined : { table, address: rest - 1 };
}
