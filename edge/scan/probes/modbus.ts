import { readableText } from "../../drivers/device-failure.ts";
import { talkTcp } from "../exchange.ts";
import type { Probe } from "../probe.ts";

/** Read Device Identification (43/14), basic, from the first object: it reads three names and changes nothing. */
const IDENTIFY = Buffer.from("000100000005012b0e0100", "hex");

/** Whatever speaks Modbus at a port: identified where it can be; an exception is an answer too. */
export const modbusProbe: Probe = {
  id: "modbus",
  title: "Modbus device identification",
  port: 502,
  look: async (host, context) => {
    let names: readonly string[] = [];
    const isThere = await talkTcp(
      host,
      {
        hello: IDENTIFY,
        read: (sofar) => {
          if (sofar.length < 9) return "more";
          if (sofar.readUInt16BE(0) !== 1 || sofar.readUInt16BE(2) !== 0) return "nothing";
          if (sofar.length < 6 + sofar.readUInt16BE(4)) return "more";
          const parsed = parseIdentity(sofar.subarray(7));
          if (parsed === undefined) return "nothing";
          names = parsed;
          return { found: true };
        },
      },
      context,
    );
    if (!isThere) return undefined;
    const { port } = context;
    const model = names.join(" ");
    return {
      probe: "modbus",
      host,
      port,
      what: "speaks Modbus",
      ...(model !== "" && { model }),
      proposal: { driver: "modbus", options: { host, ...(port !== 502 && { port }) } },
      note: "say by its register map what is to be read (edge/drivers/modbus/README.md)",
    };
  },
};

/** Maker, product and revision; none where it answers with an exception. `undefined` when it is no answer to the question. */
export function parseIdentity(pdu: Uint8Array): readonly string[] | undefined {
  const bytes = Buffer.from(pdu.buffer, pdu.byteOffset, pdu.byteLength);
  if (bytes[0] === 0xab) return [];
  if (bytes[0] !== 0x2b || bytes[1] !== 0x0e || bytes.length < 7) return undefined;
  const names: string[] = [];
  for (let at = 7, left = bytes[6] ?? 0; left > 0 && at + 2 <= bytes.length && names.length < 3; left--) {
    const end = at + 2 + (bytes[at + 1] ?? 0);
    const name = readableText(bytes.subarray(at + 2, end).toString("latin1"));
    if (name !== "") names.push(name);
    at = end;
  }
  return names;
}
