import type { Parsed } from "#contract/errors.ts";
import { metrics as registry, type MetricValue } from "#contract/metrics.ts";
import { type Metrics, Told } from "../told.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { Register, wordsOf } from "./options.ts";

const FUNCTIONS: Readonly<Record<Register["table"], number>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

/** What a device answers instead, by number. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: "it does not know that function",
  2: "it has no such register",
  3: "it refuses that many registers",
  4: "it has failed",
  5: "it wants more time",
  6: "it is busy",
  8: "its memory has an error",
  10: "the gateway cannot reach that unit",
  11: "the device behind the gateway does not answer",
};
export const sayException = (code: number): string => EXCEPTIONS[code] ?? `it refuses with ${code}`;

/** Puts what the data of an answer says: registers as pairs of bytes, bits eight to a byte, the lowest first. */
export function readBlock(block: Block, data: Uint8Array, told: Told): void {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  for (const register of block.registers) {
    const at = register.address - block.address;
    const isBits = block.table === "coil" || block.table === "discrete";
    const number = isBits ? bitAt(bytes, at) : numberAt(bytes, at * 2, register);
    if (number === undefined) told.refuse(`${register.metric}: ${nameOf(register)} is missing in its answer`);
    else put(register, number, told);
  }
}

export const nameOf = ({ table, address }: Register): string => `${table} ${address}`;

const bitAt = (bytes: Buffer, at: number): number | undefined => {
  const byte = bytes[at >> 3];
  return byte === undefined ? undefined : (byte >> (at & 7)) & 1;
};

function numberAt(bytes: Buffer, at: number, { type, word_order, bit }: Register): number | undefined {
  if (at + wordsOf(type) * 2 > bytes.length) return undefined;
  if (type === "bit") return (bytes.readUInt16BE(at) >> (bit ?? 0)) & 1;
  if (type === "int16") return bytes.readInt16BE(at);
  if (type === "uint16") return bytes.readUInt16BE(at);
  const [first, second] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
  const four = Buffer.alloc(4);
  four.writeUInt16BE(word_order === "big" ? first : second, 0);
  four.writeUInt16BE(word_order === "big" ? second : first, 2);
  if (type === "float32") return four.readFloatBE(0);
  return type === "int32" ? four.readInt32BE(0) : four.readUInt32BE(0);
}

/** Not a number is how devices of floats say that they do not know. */
function put(register: Register, number: number, told: Told): void {
  const { metric, scale, offset, absent, values, type } = register;
  if (Number.isNaN(number) || absent.includes(number)) return;
  if (registry.get(metric)?.kind === "number") {
    // A float of 32 bits knows seven digits; the rest is noise of the conversion.
    const exact = type === "float32" ? Number(number.toPrecision(7)) : number;
    return told.put(metric, Number((exact * scale + offset).toPrecision(12)));
  }
  const value: MetricValue | undefined = values === undefined ? number === 1 : values[String(number)];
  if (value === undefined) told.refuse(`${metric}: ${nameOf(register)} says ${number}`);
  else told.put(metric, value);
  return undefined;
}

const MBAP = 7;

/**
 * One whole answer of Modbus TCP to the first question that these registers make, in metrics, or why it says nothing. Pure: for
 * golden cases and mutated answers. `registers` as in the configuration.
 */
export function parseModbus(answer: Uint8Array, registers: unknown): Parsed<Metrics> {
  const refused = (why: string): Parsed<Metrics> => ({ ok: false, code: "DEVICE_GARBAGE", where: "answer", why });
  const read = Register.array().min(1).safeParse(registers);
  const block = read.success ? blocksOf(read.data)[0] : undefined;
  if (block === undefined)
    return { ok: false, code: "CONFIG_INVALID", where: "registers", why: read.error?.message ?? "there are none" };
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  if (bytes.length < MBAP + 2) return refused("is too short");
  if (bytes.readUInt16BE(2) !== 0 || bytes.readUInt16BE(4) !== bytes.length - MBAP + 1)
    return refused("is no Modbus TCP");
  const wanted = FUNCTIONS[block.table];
  const code = bytes[MBAP] ?? 0;
  if (code === (wanted | 0x80))
    return { ok: false, code: "DEVICE_FAULT", where: "answer", why: sayException(bytes[MBAP + 1] ?? 0) };
  if (code !== wanted) return refused(`answers function ${code}`);
  const data = bytes.subarray(MBAP + 2);
  const length = wanted <= 2 ? Math.ceil(block.length / 8) : block.length * 2;
  if (bytes[MBAP + 1] !== data.length || data.length !== length)
    return refused("has another length than was asked for");
  const told = new Told();
  readBlock(block, data, told);
  return told.parsed("answer");
}
