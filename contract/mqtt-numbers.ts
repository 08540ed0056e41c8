import { createRequire } from "node:module";

/**
 * Keeps the codec that the MQTT libraries share from preparing a Buffer for each of the 65,536 numbers with its first
 * packet: they take 10 MB for good, and making one when it is needed costs next to nothing. Imported for this effect.
 */
const ofMqtt = createRequire(createRequire(import.meta.url).resolve("mqtt"));
const codec = ofMqtt("mqtt-packet") as { writeToStream: { cacheNumbers: boolean } };
codec.writeToStream.cacheNumbers = false;
