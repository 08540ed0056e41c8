import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { isId } from "#contract/ids.ts";

const Places = z.array(z.string());
const isPlace = (place: string): boolean => {
  const [room = "", device = "", ...rest] = place.split("/");
  return rest.length === 0 && isId(room) && isId(device);
};

/**
 * Which devices (`room/device`) this agent has announced. A broker keeps a device's last state for ever, so what is taken
 * out of the configuration must be taken back, also over restarts. A lost or damaged list costs only that.
 */
export class AnnouncedDevices {
  readonly #file: string;
  readonly #configured: readonly string[];
  readonly #former: Set<string>;

  constructor(file: string, configured: readonly string[]) {
    this.#file = file;
    this.#configured = configured;
    this.#former = new Set(readPlaces(file).filter((place) => !configured.includes(place)));
    this.#write();
  }

  /** Announced once, and no longer in the configuration. */
  get former(): readonly string[] {
    return [...this.#former];
  }

  withdrawn(place: string): void {
    if (this.#former.delete(place)) this.#write();
  }

  #write(): void {
    try {
      writeFileSync(`${this.#file}.new`, JSON.stringify([...this.#configured, ...this.#former]), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch {
      // On a full disk the list stays as it was.
    }
  }
}

function readPlaces(file: string): string[] {
  try {
    return Places.parse(JSON.parse(readFileSync(file, "utf8"))).filter(isPlace);
  } catch {
    return [];
  }
}
