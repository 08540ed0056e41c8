import type { Needs } from "#contract/messages/room.ts";
import { capabilityWords } from "./check-words.ts";

/** What is needed, in a line: "6 people · display, video call · 21–23.5 °C · reset before". */
export function needsWords(needs: Needs, none = "whatever the room has"): string {
  const { people, capabilities = [], comfort, reset_visit } = needs;
  const temperature = comfort?.temperature_c?.ready;
  const co2 = comfort?.co2_ppm?.ready[1];
  const parts = [
    people === undefined ? "" : people === 1 ? "1 person" : `${people} people`,
    capabilities.map((capability) => capabilityWords[capability].toLowerCase()).join(", "),
    temperature === undefined ? "" : `${temperature[0]}–${temperature[1]}\u00A0°C`,
    co2 === undefined ? "" : `CO₂ up to ${co2}\u00A0ppm`,
    reset_visit === true ? "reset before" : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? none : parts.join(" · ");
}
