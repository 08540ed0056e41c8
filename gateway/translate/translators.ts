import type { Translated, Translator, VendorMessage } from "./translation.ts";
import { awair } from "./vendors/awair.ts";
import { chirpstack } from "./vendors/chirpstack.ts";
import { disruptive } from "./vendors/disruptive.ts";
import { homie } from "./vendors/homie.ts";
import { ruuvi } from "./vendors/ruuvi.ts";
import { shelly1 } from "./vendors/shelly-1.ts";
import { shelly2 } from "./vendors/shelly-2.ts";
import { sparkplug } from "./vendors/sparkplug.ts";
import { tasmota } from "./vendors/tasmota.ts";
import { thingsStack } from "./vendors/things-stack.ts";
import { zigbee2mqtt } from "./vendors/zigbee2mqtt.ts";

/** Every vendor whose messages are understood; where nobody says whose a message is, the first that recognises it reads it. */
export const translators: readonly Translator[] = [
  sparkplug,
  chirpstack,
  thingsStack,
  homie,
  ruuvi,
  disruptive,
  tasmota,
  shelly1,
  shelly2,
  awair,
  zigbee2mqtt,
];

/** Reads messages of unknown origin, each as the vendor's that it looks like. Remembers per vendor what came before. */
export class AnyTranslator {
  readonly #started = new Map<string, (message: VendorMessage) => Translated>();

  /** `undefined` when the message looks like nobody's. */
  translate(message: VendorMessage): { translator: string; translated: Translated } | undefined {
    const translator = translators.find((each) => each.recognises(message));
    if (translator === undefined) return undefined;
    let read = this.#started.get(translator.name);
    if (read === undefined) {
      read = translator.start({});
      this.#started.set(translator.name, read);
    }
    return { translator: translator.name, translated: read(message) };
  }
}
