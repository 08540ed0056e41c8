import { exchangeUdp } from "../exchange.ts";
import type { Probe } from "../probe.ts";

/** BACnet/IP, original unicast, to this device alone (135 Annex J): who is there? */
const WHO_IS = Buffer.from("810a000801001008", "hex");
/** The same question as a read of the device that everybody is (instance 4194303): answered to us, never to all. */
const READ_ANY_DEVICE = Buffer.from("810a001101040005010c0c023fffff194b", "hex");

/** Who-Is, asked of each address by itself. */
export const bacnetProbe: Probe = {
  id: "bacnet",
  title: "BACnet Who-Is, asked directly",
  port: 47_808,
  look: async (host, context) => {
    const instance = await exchangeUdp(host, [WHO_IS, READ_ANY_DEVICE], parseDevice, context);
    if (instance === undefined) return undefined;
    const { port } = context;
    return {
      probe: "bacnet",
      host,
      port,
      what: `BACnet device ${instance}`,
      proposal: { driver: "bacnet", options: { host, ...(port !== 47_808 && { port }), device_id: instance } },
      note: "say which of its objects are to be read (edge/drivers/bacnet/README.md)",
    };
  },
};

/** The instance that an I-Am or the answer to our read names. */
export function parseDevice(packet: Uint8Array): number | undefined {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  // BVLC: original unicast or broadcast, or forwarded (with six bytes of where from).
  if (bytes.length < 12 || bytes[0] !== 0x81 || bytes.readUInt16BE(2) !== bytes.length) return undefined;
  const isForwarded = bytes[1] === 0x04;
  if (!isForwarded && bytes[1] !== 0x0a && bytes[1] !== 0x0b) return undefined;
  const body = afterAddresses(bytes.subarray(isForwarded ? 10 : 4));
  if (body === undefined) return undefined;
  // I-Am (unconfirmed, 0): its object identifier first. Complex answer to our read (30, 01, 0C): in the value.
  const isAnswer = body[0] === 0x30 && body[2] === 0x0c && body[3] === 0x0c && body[8] === 0x19 && body[10] === 0x3e;
  const at = body[0] === 0x10 && body[1] === 0 ? 2 : isAnswer ? 11 : 0;
  if (at < 2 || body.length < at + 5 || body[at] !== 0xc4) return undefined;
  const identifier = body.readUInt32BE(at + 1);
  return identifier >>> 22 === 8 ? identifier & 0x3f_ffff : undefined;
}

/** The APDU: behind the addresses that the control byte says are there. */
function afterAddresses(npdu: Buffer): Buffer | undefined {
  const control = npdu[1] ?? 0;
  if (npdu[0] !== 1 || (control & 0x80) !== 0) return undefined;
  let at = 2;
  if ((control & 0x20) !== 0) at += 3 + (npdu[at + 2] ?? 0);
  if ((control & 0x08) !== 0) at += 3 + (npdu[at + 2] ?? 0);
  if ((control & 0x20) !== 0) at += 1;
  return at < npdu.length ? npdu.subarray(at) : undefined;
}
