import { ObjectType, type Varbind } from "net-snmp";

const NOT_THERE: ReadonlySet<number | undefined> = new Set([
  ObjectType.NoSuchObject,
  ObjectType.NoSuchInstance,
  ObjectType.EndOfMibView,
  ObjectType.Null,
]);

/** A number in the only spellings that a device may use for one in a text. */
const DECIMAL = /^\s*[+-]?\d{1,15}(\.\d{1,9})?\s*$/;

/** What an agent answered, by OID; what it does not have is not there. Read strictly: anything else is `undefined`. */
export class Answers {
  readonly #values = new Map<string, { type: number | undefined; value: unknown }>();

  constructor(varbinds: readonly Varbind[] = []) {
    this.add(varbinds);
  }

  add(varbinds: readonly Varbind[]): void {
    for (const { oid, type, value } of varbinds) {
      if (NOT_THERE.has(type) || value === null || value === undefined) continue;
      this.#values.set(oid, { type, value });
    }
  }

  get size(): number {
    return this.#values.size;
  }

  has(oid: string): boolean {
    return this.#values.has(oid);
  }

  /** A whole or decimal number, by any of the types that carry one; `undefined` for anything else. */
  number(oid: string): number | undefined {
    const found = this.#values.get(oid);
    if (found === undefined) return undefined;
    const { type, value } = found;
    if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
    if (typeof value === "bigint") return Number(value);
    if (typeof value === "string") return DECIMAL.test(value) ? Number(value) : undefined;
    if (!(value instanceof Uint8Array)) return undefined;
    if (type === ObjectType.Counter64) return unsigned(value);
    if (type === ObjectType.Opaque) return opaqueFloat(value);
    const text = this.text(oid);
    return text !== undefined && DECIMAL.test(text) ? Number(text) : undefined;
  }

  /** Text fit for a screen: no control characters, bounded. */
  text(oid: string): string | undefined {
    const value = this.#values.get(oid)?.value;
    const text =
      typeof value === "string" ? value : value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : undefined;
    return text
      ?.slice(0, 512)
      .replaceAll(/[\p{Cc}\p{Cf}\uFFFD]/gu, " ")
      .trim()
      .slice(0, 128);
  }

  bytes(oid: string): Uint8Array | undefined {
    const value = this.#values.get(oid)?.value;
    return value instanceof Uint8Array ? value : undefined;
  }

  /** What stands below an OID, by the rest of it. */
  below(oid: string): string[] {
    const head = `${oid}.`;
    return [...this.#values.keys()].filter((each) => each.startsWith(head)).map((each) => each.slice(head.length));
  }
}

function unsigned(bytes: Uint8Array): number | undefined {
  if (bytes.length === 0 || bytes.length > 9) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The float that net-snmp wraps into an Opaque. */
function opaqueFloat(bytes: Uint8Array): number | undefined {
  if (bytes.length !== 7 || bytes[0] !== 0x9f || bytes[1] !== 0x78 || bytes[2] !== 4) return undefined;
  const value = Buffer.from(bytes).readFloatBE(3);
  return Number.isFinite(value) ? value : undefined;
}
