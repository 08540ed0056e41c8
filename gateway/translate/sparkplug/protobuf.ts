/** Reads protobuf's wire format (protobuf.dev/programming-guides/encoding): as much as Sparkplug B uses. */

/** The bytes are no protobuf message. */
export class NotProtobuf extends Error {}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A cursor over one message. Every read checks the end: a length from outside never reaches past it. */
export class ProtobufReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = from;
    this.#end = to;
  }

  get hasMore(): boolean {
    return this.#at < this.#end;
  }

  /** Field number and wire type of the next field. */
  tag(): { field: number; type: number } {
    const tag = this.varint();
    const field = Math.floor(tag / 8);
    if (field === 0 || tag > 0xffff_ffff) throw new NotProtobuf("a field without a number");
    return { field, type: tag % 8 };
  }

  /** An unsigned number; beyond 2^53 it loses its last digits, as no quantity of ours has that many. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      if (this.#at >= this.#end) throw new NotProtobuf("it ends within a number");
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new NotProtobuf("a number of more than ten bytes");
  }

  float(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  string(): string {
    const { from, to } = this.#span();
    try {
      return utf8.decode(this.#bytes.subarray(from, to));
    } catch {
      throw new NotProtobuf("a text that is no UTF-8");
    }
  }

  /** The message inside this field. */
  message(): ProtobufReader {
    const { from, to } = this.#span();
    return new ProtobufReader(this.#bytes, from, to);
  }

  skip(type: number): void {
    if (type === 0) this.varint();
    else if (type === 1) this.#take(8);
    else if (type === 2) this.#span();
    else if (type === 5) this.#take(4);
    else throw new NotProtobuf(`wire type ${type} does not exist`);
  }

  /** That a field has the type that its number stands for. */
  expect(type: number, wanted: number): void {
    if (type !== wanted) throw new NotProtobuf(`a field of type ${type} where ${wanted} belongs`);
  }

  #take(length: number): number {
    const from = this.#at;
    if (from + length > this.#end) throw new NotProtobuf("it ends within a value");
    this.#at += length;
    return from;
  }

  #span(): { from: number; to: number } {
    const length = this.varint();
    const from = this.#take(length);
    return { from, to: from + length };
  }
}
