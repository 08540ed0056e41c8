import type { Parsed } from "#contract/errors.ts";
import { type Instant, type Millis, millis } from "#contract/units.ts";
import { readableText } from "../device-failure.ts";

/** SNTP version 4 (RFC 5905 §7.3, §14), read strictly: a server that does not know the time tells none. */

const PACKET_BYTES = 48;
const FROM_1900_TO_1970_S = 2_208_988_800;
const ERA_S = 2 ** 32;
/** What a server may be from the source of its time, at most, and still be worth asking. */
const MOST_ROOT_DISTANCE: Millis = millis(1_500);

/**
 * A question. The nonce stands where our own time would: the server gives it back, so that nobody who has not seen the question
 * can answer it, and nobody learns how wrong our clock is.
 */
export function askPacket(nonce: Uint8Array): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES);
  packet[0] = 0x23; // no warning, version 4, mode client
  packet.set(nonce.subarray(0, 8), 40);
  return packet;
}

export interface NtpAnswer {
  /** How far our clock is ahead of the server's; negative when it is behind. */
  offset: Millis;
  /** The way there and back. */
  delay: Millis;
  stratum: number;
}

export interface Exchange {
  nonce: Uint8Array;
  sentAt: Instant;
  heardAt: Instant;
}

/** Reads what came back; `DEVICE_REFUSED` is the server's own word that it will not be asked. Never throws. */
export function parseAnswer(bytes: Uint8Array, { nonce, sentAt, heardAt }: Exchange): Parsed<NtpAnswer> {
  const refuse = (where: string, why: string, code: "DEVICE_GARBAGE" | "DEVICE_REFUSED" = "DEVICE_GARBAGE") =>
    ({ ok: false, code, where, why }) as const;
  if (bytes.length < PACKET_BYTES) return refuse("packet", `has ${bytes.length} bytes, not ${PACKET_BYTES}`);
  const packet = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = packet.readUInt8(0);
  const version = (first >> 3) & 7;
  if ((first & 7) !== 4) return refuse("mode", "is not that of a server");
  if (version !== 3 && version !== 4) return refuse("version", `is ${version}`);
  if (!packet.subarray(24, 32).equals(nonce.subarray(0, 8))) return refuse("origin", "answers another question");
  const stratum = packet.readUInt8(1);
  if (stratum === 0)
    return refuse("kiss", readableText(packet.toString("latin1", 12, 16)) || "no reason", "DEVICE_REFUSED");
  if (first >> 6 === 3 || stratum > 15) return refuse("clock", "is not synchronised itself");
  const distance = (shortAt(packet, 4) / 2 + shortAt(packet, 8)) * 1_000;
  if (distance > MOST_ROOT_DISTANCE) return refuse("clock", `is ${Math.round(distance)} ms from its source`);
  if (packet.readBigUInt64BE(32) === 0n || packet.readBigUInt64BE(40) === 0n) return refuse("time", "is not told");
  const receivedAt = timeAt(packet, 32, sentAt);
  const answeredAt = timeAt(packet, 40, sentAt);
  const delay = heardAt - sentAt - (answeredAt - receivedAt);
  // A millisecond is what our clock counts in.
  if (answeredAt < receivedAt || delay < -1.5 || delay > 60_000) return refuse("times", "contradict each other");
  const offset = (sentAt - receivedAt + (heardAt - answeredAt)) / 2;
  return { ok: true, value: { offset: millis(offset), delay: millis(Math.max(0, delay)), stratum } };
}

/** Seconds in 16.16 bits. */
const shortAt = (packet: Buffer, at: number): number => packet.readUInt32BE(at) / 65_536;

/** Milliseconds since 1970, in the era (of 136 years) that is nearest to our own clock. */
function timeAt(packet: Buffer, at: number, near: Instant): number {
  const seconds = packet.readUInt32BE(at) - FROM_1900_TO_1970_S;
  const era = Math.round((near / 1_000 - seconds) / ERA_S);
  return (seconds + era * ERA_S) * 1_000 + (packet.readUInt32BE(at + 4) * 1_000) / ERA_S;
}
