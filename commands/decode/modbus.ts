import type { Parsed } from "#contract/errors.ts";
import { readBlock, sayException } from "#edge/drivers/modbus/readings.ts";
import { Register, wordsOf } from "#edge/drivers/modbus/options.ts";
import { Told } from "#edge/drivers/told.ts";
import { objectOf } from "#gateway/translate/payload.ts";
import { type Answer, answered, type Heard, refuse, type Says } from "./answer.ts";
import { parsePlace, type RegisterPlace } from "./register-place.ts";
import { type RegisterMap, registerMaps } from "./register-maps.ts";

/** No answer holds more. */
const MOST_WORDS = 125;
/** As the specification of Modbus calls what a device answers instead. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: "illegal function",
  2: "illegal data address",
  3: "illegal data value",
  4: "server device failure",
  5: "acknowledge",
  6: "server device busy",
  7: "negative acknowledge",
  8: "memory parity error",
  10: "gateway path unavailable",
  11: "gateway target device failed to respond",
};
const TINY = 1e-3;
/** The gateway answers, the device behind it does not. */
const BEHIND_GATEWAY: ReadonlySet<number> = new Set([10, 11]);

/**
 * Registers as `{registers, words}`: where they stand, and their 16-bit values. What they mean is known of common sensors
 * alone; of several maps that would fit, none is taken.
 */
export function decodeModbus({ topic, payload }: Heard): Parsed<Answer> {
  const read = objectOf(payload);
  if (!read.ok) return read;
  const { registers, words } = read.json;
  const where = registers === undefined ? topic.replace(/^modbus\s+/i, "") : registers;
  if (typeof where !== "string") return refuse("BAD_SHAPE", "registers", "must be a text, as holding 257..259");
  if (!Array.isArray(words) || words.length === 0 || words.length > MOST_WORDS)
    return refuse("BAD_SHAPE", "words", `must be a list of 1 to ${MOST_WORDS} numbers`);
  const wrong = words.findIndex((each) => !Number.isInteger(each) || (each as number) < 0 || (each as number) > 65_535);
  if (wrong >= 0) return refuse("BAD_SHAPE", `words[${wrong}]`, "must be a whole number of 16 bits, 0 to 65535");
  if (/^exception$/i.test(where.trim())) return exception(words as number[]);
  const place = parsePlace(where);
  if (place === undefined) return refuse("BAD_SHAPE", "registers", "names no register, as holding 257..259");
  if (place.length !== undefined && place.length !== words.length)
    return refuse("DEVICE_GARBAGE", "words", `are ${words.length}, asked was for ${place.length}`);
  return byMap(place, words as number[]);
}

function exception([code = 0, number = 0, ...more]: readonly number[]): Parsed<Answer> {
  if (more.length > 0 || code < 0x81 || code > 0xff)
    return refuse("DEVICE_GARBAGE", "words", "must be the function with its highest bit set, then the exception");
  const error = EXCEPTIONS[number];
  if (error === undefined) return refuse("DEVICE_GARBAGE", "words[1]", `${number} is no exception of Modbus`);
  const online = !BEHIND_GATEWAY.has(number);
  return answered("modbus", { reachable: online }, { error, why: sayException(number), online });
}

interface Fit {
  device: string;
  /** How many of the words it knows. */
  covered: number;
  told: Told;
  says: Says;
}

/** What the words say by the one known map that fits both the place and the values. */
function byMap(place: RegisterPlace, words: readonly number[]): Parsed<Answer> {
  const all = registerMaps.flatMap((map) => fitOf(map, place, words) ?? []);
  const most = Math.max(...all.map(({ covered }) => covered));
  const fitting = all.filter(({ covered }) => covered === most);
  if (fitting.length === 0)
    return refuse("CONFIG_INVALID", "registers", "no known device has them: name them in the agent's configuration");
  const plausible = fitting.filter(({ told }) => told.refused === undefined);
  if (plausible.length === 0) return refuse("DEVICE_GARBAGE", "words", fitting[0]?.told.refused ?? "cannot be");
  const telling = plausible.filter(({ told, says }) => Object.keys(told.metrics).length + Object.keys(says).length > 0);
  const [first] = telling;
  // Not available, by whichever of them.
  if (first === undefined) return answered("modbus", {});
  if (telling.some(({ told }) => JSON.stringify(told.metrics) !== JSON.stringify(first.told.metrics)))
    return refuse(
      "CONFIG_INVALID",
      "registers",
      `may be of ${telling.map(({ device }) => device).join(" or ")}: name them in the agent's configuration`,
    );
  return answered("modbus", first.told.metrics, { ...first.says, by_map_of: first.device });
}

/** `undefined` where the device has none of these registers. */
function fitOf(
  { device, tables, registers }: RegisterMap,
  place: RegisterPlace,
  words: readonly number[],
): Fit | undefined {
  const table = tables.find((each) => place.table === undefined || each === place.table);
  const end = place.address + words.length;
  const inside = registers.filter(
    ({ address, type = "uint16" }) => address >= place.address && address + wordsOf(type) <= end,
  );
  if (table === undefined || inside.length === 0) return undefined;
  const data = Buffer.alloc(words.length * 2);
  for (const [i, word] of words.entries()) data.writeUInt16BE(word, i * 2);
  const told = new Told();
  const block = inside.flatMap(({ bits: _bits, most: _most, ...register }) =>
    register.metric === undefined ? [] : [Register.parse({ ...register, table })],
  );
  readBlock({ table, address: place.address, length: words.length, registers: block }, data, told);
  for (const { address, type, most = 65_535, metric = "" } of inside) {
    const first = words[address - place.address] ?? 0;
    if (first > most) told.refuse(`register ${address} cannot be ${first}`);
    // Words of integers, taken for a float, are next to nothing.
    const value = told.metrics[metric];
    if (type === "float32" && typeof value === "number" && value !== 0 && Math.abs(value) < TINY)
      told.refuse(`${metric} cannot be ${value}`);
  }
  const covered = inside.reduce((sum, { type = "uint16" }) => sum + wordsOf(type), 0);
  return { device, covered, told, says: saysOf(inside, place, words) };
}

function saysOf(inside: RegisterMap["registers"], place: RegisterPlace, words: readonly number[]): Says {
  const says: Says = {};
  for (const { address, bits } of inside) {
    const word = words[address - place.address] ?? 0;
    const set = bits?.filter((_, bit) => (word & (1 << bit)) !== 0);
    if (set !== undefined) Object.assign(says, { faults: set });
  }
  return says;
}
