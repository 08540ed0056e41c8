import { isId, roomKey } from "#contract/ids.ts";
import type { CardDevice, RoomCard } from "#contract/messages/room.ts";

/** Where a device was claimed to, and what for. */
export interface Claim {
  site: string;
  room: string;
  line: CardDevice;
}

const sourceKey = (via: string, device: string): string => `${via}\n${device}`;

/**
 * Which devices belong to which rooms, as the room cards say: the card is the claim. When two cards name one source, the
 * first keeps it until it lets go, so that a device that is moved is never in two rooms.
 */
export class Claims {
  /** What each room has claimed: `via`, then the device's own name there. */
  readonly #rooms = new Map<string, ReadonlyMap<string, Claim>>();
  /** The devices of each card, by site and room: asked for each reading, where putting a key together would cost more than the look. */
  readonly #onCards = new Map<string, Map<string, ReadonlySet<string>>>();
  readonly #holders = new Map<string, { room: string; claim: Claim }[]>();
  readonly #perVia = new Map<string, number>();
  readonly #listeners = new Set<(via: string, device: string) => void>();

  /** Takes a room's card, or that it has none any more. */
  take(site: string, room: string, card: RoomCard | undefined): void {
    const key = roomKey(site, room);
    const before = this.#rooms.get(key) ?? new Map<string, Claim>();
    const sources = new Map<string, Claim>();
    for (const line of card?.devices ?? []) {
      const { source } = line;
      if (source !== undefined && isId(source.via))
        sources.set(sourceKey(source.via, source.device), { site, room, line });
    }
    const devices = new Set(card?.devices.map(({ device }) => device));
    this.#putCard(site, room, card === undefined ? undefined : devices);
    if (card === undefined) this.#rooms.delete(key);
    else this.#rooms.set(key, sources);
    const touched = new Set([...before.keys(), ...sources.keys()]);
    for (const source of touched) this.#settle(source, key, sources.get(source));
    for (const source of touched) this.#tell(source);
  }

  /** Where a device was claimed to. */
  of(via: string, device: string): Claim | undefined {
    return this.#holders.get(sourceKey(via, device))?.[0]?.claim;
  }

  /** Everything that was claimed from there. */
  sourcesOf(via: string): string[] {
    const prefix = sourceKey(via, "");
    return [...this.#holders.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }

  /** Whether a room's card names this device of the wire. */
  isOnCard(site: string, room: string, device: string): boolean {
    return this.#onCards.get(site)?.get(room)?.has(device) === true;
  }

  /** Whether anything was claimed from there. */
  hasAnyFrom(via: string): boolean {
    return (this.#perVia.get(via) ?? 0) > 0;
  }

  /** Told of each source whose claim may be another. */
  onChange(listener: (via: string, device: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #settle(source: string, room: string, claim: Claim | undefined): void {
    const holders = this.#holders.get(source) ?? [];
    const at = holders.findIndex((each) => each.room === room);
    if (claim === undefined) {
      if (at >= 0) holders.splice(at, 1);
    } else if (at >= 0) holders[at] = { room, claim };
    else holders.push({ room, claim });
    const via = source.slice(0, source.indexOf("\n"));
    if (holders.length === 0) {
      if (this.#holders.delete(source)) this.#perVia.set(via, (this.#perVia.get(via) ?? 1) - 1);
      return;
    }
    if (!this.#holders.has(source)) this.#perVia.set(via, (this.#perVia.get(via) ?? 0) + 1);
    this.#holders.set(source, holders);
  }

  #putCard(site: string, room: string, devices: ReadonlySet<string> | undefined): void {
    const rooms = this.#onCards.get(site) ?? new Map<string, ReadonlySet<string>>();
    this.#onCards.set(site, rooms);
    if (devices === undefined) rooms.delete(room);
    else rooms.set(room, devices);
  }

  #tell(source: string): void {
    const cut = source.indexOf("\n");
    for (const listener of this.#listeners) listener(source.slice(0, cut), source.slice(cut + 1));
  }
}
