import { slug } from "#contract/ids.ts";
import type { RoomRecord } from "../store/rooms.ts";

export type RoomMatch = { key: string } | { why: string };

/** Finds the room that a calendar or a file means by a name, a location, an address of a resource, or an alias of its card. */
export class RoomMatcher {
  readonly #byName = new Map<string, Set<string>>();

  constructor(rooms: Iterable<RoomRecord>) {
    for (const { key, room, card } of rooms) {
      const aliases: unknown = card["aliases"];
      const names = Array.isArray(aliases) ? aliases.filter((alias) => typeof alias === "string") : [];
      for (const name of [key, room, card.name, `${card.name} ${card.floor}`, `${card.floor} ${card.name}`, ...names]) {
        const known = this.#byName.get(slug(name));
        if (known === undefined) this.#byName.set(slug(name), new Set([key]));
        else known.add(key);
      }
    }
    this.#byName.delete("");
  }

  /** Tries each text in turn: first as a name in itself, then for the longest name inside it. */
  find(texts: readonly string[]): RoomMatch {
    const tried = texts.map((text) => text.trim()).filter((text) => text !== "");
    let ambiguous: ReadonlySet<string> | undefined;
    const looks = [(text: string) => this.#exact(text), (text: string) => this.#inside(text)];
    for (const look of looks) {
      for (const text of tried) {
        const found = look(text);
        if (found?.size === 1) return { key: [...found][0] as string };
        ambiguous ??= found;
      }
    }
    const names = tried.map((text) => `"${text.slice(0, 80)}"`).join(", ");
    if (ambiguous !== undefined) return { why: `${names} could be ${[...ambiguous].join(" or ")}: use site/room` };
    return { why: tried.length === 0 ? "names no room" : `${names} is no room, nor an alias of one` };
  }

  #exact(text: string): ReadonlySet<string> | undefined {
    const local = /^(?:mailto:)?([^@\s]+)@/i.exec(text)?.[1];
    return this.#byName.get(slug(text)) ?? (local === undefined ? undefined : this.#byName.get(slug(local)));
  }

  #inside(text: string): ReadonlySet<string> | undefined {
    const within = `-${slug(text)}-`;
    let best: { name: string; keys: ReadonlySet<string> } | undefined;
    for (const [name, keys] of this.#byName) {
      if (within.includes(`-${name}-`) && name.length > (best?.name.length ?? 0)) best = { name, keys };
    }
    return best?.keys;
  }
}
