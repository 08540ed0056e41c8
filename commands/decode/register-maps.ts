/** A register without a metric is only known to be there. */
interface KnownRegister {
  /** As on the wire, from 0. */
  address: number;
  type?: "int16" | "uint16" | "float32";
  word_order?: "big" | "little";
  metric?: string;
  scale?: number;
  /** Numbers, before `scale`, by which it says that it does not know. */
  absent?: number[];
  values?: Record<string, boolean | string>;
  /** Of a status word: what each bit that is set says, from the lowest. */
  bits?: readonly string[];
  /** No word of it is more. */
  most?: number;
}

export interface RegisterMap {
  device: string;
  tables: readonly ("holding" | "input")[];
  registers: readonly KnownRegister[];
}

const BOTH = ["holding", "input"] as const;
/** Vaisala's "not available" among integers; among floats it is a number that is none. */
const NOT_AVAILABLE = [-32_768];
const float = (address: number, metric: string): KnownRegister => ({
  address,
  type: "float32",
  word_order: "little",
  metric,
});

/** Registers of room sensors that are the same in every device of their kind, by their makers' manuals. */
export const registerMaps: readonly RegisterMap[] = [
  {
    device: "Vaisala GMW80 and GMW90",
    tables: BOTH,
    registers: [
      { address: 256, type: "int16", metric: "co2_ppm", absent: NOT_AVAILABLE },
      { address: 257, type: "int16", metric: "humidity_pct", scale: 0.01, absent: NOT_AVAILABLE },
      { address: 258, type: "int16", metric: "temperature_c", scale: 0.01, absent: NOT_AVAILABLE },
      float(0, "co2_ppm"),
      float(2, "humidity_pct"),
      float(4, "temperature_c"),
    ],
  },
  {
    device: "Vaisala Indigo500",
    tables: BOTH,
    registers: [float(0, "humidity_pct"), float(2, "temperature_c")],
  },
  {
    device: "egnite Querx TH",
    tables: ["input"],
    registers: [
      { address: 10, type: "int16", metric: "temperature_c", scale: 0.1 },
      { address: 11, metric: "humidity_pct" },
    ],
  },
  {
    device: "Comet T7xxx, set to °C",
    tables: ["holding"],
    registers: [
      { address: 49, type: "int16", metric: "temperature_c", scale: 0.1 },
      { address: 50, type: "int16", metric: "humidity_pct", scale: 0.1 },
    ],
  },
  {
    device: "SenseAir S8",
    tables: ["input"],
    registers: [
      {
        address: 0,
        metric: "other_health",
        values: Object.fromEntries(
          Array.from({ length: 128 }, (_, word) => [String(word), word === 0 ? "ok" : "error"]),
        ),
        bits: ["fatal error", "offset regulation", "algorithm", "output", "self-diagnostics", "out of range", "memory"],
      },
      { address: 1, most: 0xff },
      { address: 2, most: 0xff },
      { address: 3, metric: "co2_ppm" },
    ],
  },
];
