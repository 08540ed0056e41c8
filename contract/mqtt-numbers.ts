import { createRequire } from "node:module";

/**
 * Keeps the codec that the MQTT libraries share from filling the memory with numbers. It would prepare a Buffer for each
 * of 65,536 numbers with its first packet, 10 MB for good, where making one when it is needed costs next to nothing. And it keeps
 * every length that it has written: made one by one over the days, each would hold on to a whole pool of 64 kB, so the
 * usual ones are made at once, side by side. Imported for this effect first.
 */
const ofMqtt = createRequire(createRequire(import.meta.url).resolve("mqtt"));
const { writeToStream } = ofMqtt("mqtt-packet") as {
  writeToStream: { (packet: object, stream: object): boolean; cacheNumbers: boolean };
};
writeToStream.cacheNumbers = false;

const USUAL_BYTES = 2_048;
const nowhere = { write: () => true };
const payload = Buffer.alloc(USUAL_BYTES);
for (let length = 0; length < USUAL_BYTES; length += 1)
  writeToStream({ cmd: "publish", topic: "t", qos: 0, payload: payload.subarray(0, length) }, nowhere);

/** Acknowledges a message, by its number, past the library, which knows no acknowledgement but at once. */
export const acknowledge = (stream: object, messageId: number): boolean =>
  writeToStream({ cmd: "puback", messageId }, stream);
