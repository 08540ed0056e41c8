/* oxlint-disable no-underscore-dangle -- these are the names that Aedes and its parser gave */
import type { Client } from "aedes";

/** The part of the parser of Aedes 1.2 that this relies on; `capPackets` says so when a new version has it no more. */
interface Parser {
  packet: { cmd: string; length: number };
  _list: {
    length: number;
    readUInt16BE(at: number): number;
    toString(encoding: string, from: number, to: number): string;
  };
  _parseLength(): boolean;
  _emitError(error: Error): boolean;
}

/**
 * Refuses a packet at its header, before its body is collected: Aedes has no limit of its own and would gather 200 MB. The
 * connection ends by the parser's error, since what follows cannot be told from the body.
 */
export function capPackets(
  client: Client,
  limit: number,
  onRefused: (topic: string | undefined, length: number) => void,
): void {
  const parser = (client as unknown as { _parser?: Partial<Parser> })._parser as Parser | undefined;
  if (typeof parser?._parseLength !== "function" || typeof parser._emitError !== "function")
    throw new Error("this version of Aedes reads packets in another way: the limit on their size would not hold");
  const parseLength = parser._parseLength.bind(parser);
  parser._parseLength = () => {
    if (!parseLength()) return false;
    const { cmd, length } = parser.packet;
    if (length <= limit) return true;
    onRefused(cmd === "publish" ? topicAhead(parser._list) : undefined, length);
    return parser._emitError(new Error(`a packet of ${length} bytes is more than ${limit}`));
  };
}

/** The topic, as far as it came with the header: only to tell a person which device it was. */
function topicAhead(list: Parser["_list"]): string | undefined {
  if (list.length < 2) return undefined;
  const length = list.readUInt16BE(0);
  return list.length >= 2 + length && length <= 1_024 ? list.toString("utf8", 2, 2 + length) : undefined;
}
