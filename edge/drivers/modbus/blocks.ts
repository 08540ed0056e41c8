import { type Register, wordsOf } from "./options.ts";

/** Registers that are asked for in one question. */
export interface Block {
  table: Register["table"];
  address: number;
  /** Registers, or bits of a bit table. */
  length: number;
  registers: readonly Register[];
}

/** A question may ask for 125 registers; old gateways stumble before that. */
const LONGEST = 100;
/** Registers that nobody wants are read along when they are few: one question less. */
const WIDEST_GAP = 8;

/** As few questions as there can be: neighbours are read together. */
export function blocksOf(registers: readonly Register[]): Block[] {
  const blocks: { table: Register["table"]; address: number; length: number; registers: Register[] }[] = [];
  for (const register of registers.toSorted((a, b) => a.table.localeCompare(b.table) || a.address - b.address)) {
    const end = register.address + wordsOf(register.type);
    const last = blocks.at(-1);
    const isNear =
      last?.table === register.table &&
      register.address <= last.address + last.length + WIDEST_GAP &&
      end - last.address <= LONGEST;
    if (last === undefined || !isNear)
      blocks.push({
        table: register.table,
        address: register.address,
        length: end - register.address,
        registers: [register],
      });
    else {
      last.length = Math.max(last.length, end - last.address);
      last.registers.push(register);
    }
  }
  return blocks;
}

/** Each register of a block by itself: for a device that refuses the whole for one that it does not have. */
export const singly = (block: Block): Block[] =>
  block.registers.map((register) => ({
    table: block.table,
    address: register.address,
    length: wordsOf(register.type),
    registers: [register],
  }));
