import type { VendorMessage } from "./translation.ts";

/** Pieces that break readers: extremes, wrong types, half structures. */
const PIECES = [
  "null",
  "-0",
  "1e999",
  "-1",
  '""',
  "[]",
  "{}",
  "true",
  "NaN",
  "9007199254740993",
  '"\\u0000"',
  "{",
  "]",
  ",",
  "\u00e9",
  "__proto__",
];

/** Damages a message in one of the ways that links, devices and attackers do. `random` gives numbers in [0, 1). */
export function mutate({ topic, payload, retained }: VendorMessage, random: () => number): VendorMessage {
  const below = (n: number): number => Math.floor(random() * n);
  const bytes = Buffer.from(payload);
  const at = below(bytes.length + 1);
  const piece = Buffer.from(PIECES[below(PIECES.length)] ?? "");
  const changed = [
    (): Buffer => bytes.subarray(0, at),
    (): Buffer => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]),
    (): Buffer => Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + below(8)))]),
    (): Buffer => {
      const copy = Buffer.from(bytes);
      for (let i = 0; i <= below(4); i++) copy[below(copy.length)] = below(256);
      return copy;
    },
    (): Buffer =>
      Buffer.from(
        bytes.toString("latin1").replace(/-?\d+(\.\d+)?/, () => String((random() - 0.5) * 10 ** below(30))),
        "latin1",
      ),
    (): Buffer => Buffer.from(bytes.toString("latin1").replace(/"[^"]*"(?=:)/, '"__proto__"'), "latin1"),
    (): Buffer => Buffer.concat([bytes, bytes]),
    (): Buffer => Buffer.from("[".repeat(below(2_000))),
  ][below(8)]?.();
  return { topic, payload: changed ?? bytes, retained: random() < 0.2 || retained };
}
