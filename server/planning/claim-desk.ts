import type { ClaimedView, ClaimInput, UnclaimedView } from "#contract/api/claims.ts";
import { GreenroomError } from "#contract/errors.ts";
import { isId, parseRoomKey, RESERVED_DEVICES, roomKey, slug, UNCLAIMED_ROOM, WIRE_SOURCE } from "#contract/ids.ts";
import type { CardDevice, RoomCard } from "#contract/messages/room.ts";
import type { UnclaimedBoard, WaitingDevice } from "../live/unclaimed-board.ts";
import type { Store } from "../store/open-store.ts";
import type { RoomRecord } from "../store/rooms.ts";
import { given } from "../store/present.ts";
import type { Planner } from "./planner.ts";
import { RoomMatcher } from "./room-matcher.ts";

/** Who does it, for the audit log. */
interface Doer {
  actor: string;
  address: string;
}

const MOST_DEVICES = 200;
/** What speaks for a room's air, light, sound or people. */
const OF_ROOMS: ReadonlySet<string> = new Set([
  "temperature_c",
  "humidity_pct",
  "co2_ppm",
  "noise_dba",
  "light_lux",
  "pm25_ugm3",
  "voc_ppb",
  "occupied",
  "people_count",
  "motion_pct",
]);
/** What only gear says: a plug that also knows a temperature knows its own. */
const OF_GEAR: ReadonlySet<string> = new Set(["power_w", "energy_kwh", "switched_on", "power_state", "registered"]);

/**
 * Gives devices to rooms: a claim is a line on the room's card, which the wire keeps, so that the gateway hears of it at once
 * and after every restart. A device is in one room at a time, and has in each a name of its own, made from its own.
 */
export class ClaimDesk {
  readonly #store: Store;
  readonly #planner: Planner;
  readonly #board: UnclaimedBoard;

  constructor(parts: { store: Store; planner: Planner; board: UnclaimedBoard }) {
    this.#store = parts.store;
    this.#planner = parts.planner;
    this.#board = parts.board;
  }

  /** Who waits: those heard longest first, without those that were claimed this moment. */
  waiting(): { devices: UnclaimedView[]; more: number } {
    const plans = [...this.#planner.plans.values()];
    const matcher = new RoomMatcher(plans);
    const claimed = new Set(plans.flatMap(({ key, card }) => card.devices.flatMap((line) => namesOf(key, line))));
    const devices = this.#board.devices
      .filter(({ via, device }) => !claimed.has(sourceKey(via, device.device)))
      .toSorted((a, b) => (a.device.since < b.device.since ? -1 : 1))
      .map((each) => viewOf(each, this.#suggest(each, matcher)));
    return { devices, more: this.#board.more };
  }

  async claim(input: ClaimInput, by: Doer): Promise<ClaimedView> {
    const { via, device, room, name, room_air, kind = "sensor" } = input;
    const claimed = await this.#store.transaction(async (tx) => {
      const holder = (await tx.rooms.all()).find(({ key, card }) =>
        card.devices.some((line) => namesOf(key, line).includes(sourceKey(via, device))),
      );
      if (holder !== undefined)
        throw new GreenroomError(
          "CONFLICT",
          `${device} is claimed by ${holder.card.name} (${holder.key}): move it from there`,
        );
      const record = await findRoom(tx, room);
      const line = lineFor(record, { via, device }, { name, kind, room_air });
      await put(tx, record, [...record.card.devices, line]);
      await tx.audit.add({
        ...by,
        action: "device.claim",
        subject: `${room}/${line.device}`,
        detail: { via, device, room_air },
      });
      return { room, device: line.device, name };
    });
    await this.#planner.changed([room]);
    return claimed;
  }

  /** Into another room, under a name that is free there; what it measured before stays where it was. */
  async move(from: string, device: string, { to, ...by }: Doer & { to: string }): Promise<ClaimedView> {
    if (from === to) throw new GreenroomError("CONFLICT", `${device} is in ${to} already`);
    const moved = await this.#store.transaction(async (tx) => {
      const record = await findRoom(tx, from);
      const line = findLine(record, device);
      const source = line.source ?? { via: WIRE_SOURCE, device: `${from}/${device}` };
      const target = await findRoom(tx, to);
      const { upstream: _, control: __, ...kept } = line;
      const fresh = {
        ...kept,
        ...lineFor(target, source, {
          name: line.name,
          kind: line.kind,
          room_air: line.room_air ?? line.kind === "sensor",
        }),
      };
      if (fresh.source === undefined || isAt(target.key, fresh)) delete fresh.source;
      await put(
        tx,
        record,
        record.card.devices.filter((each) => each !== line),
      );
      await put(tx, target, [...target.card.devices, fresh]);
      await tx.audit.add({
        ...by,
        action: "device.move",
        subject: `${from}/${device}`,
        detail: { to: `${to}/${fresh.device}` },
      });
      return { room: to, device: fresh.device, name: fresh.name };
    });
    await this.#planner.changed([from, to]);
    return moved;
  }

  /** Off the card; it waits again as soon as it speaks. */
  async release(room: string, device: string, by: Doer): Promise<void> {
    await this.#store.transaction(async (tx) => {
      const record = await findRoom(tx, room);
      const line = findLine(record, device);
      await put(
        tx,
        record,
        record.card.devices.filter((each) => each !== line),
      );
      await tx.audit.add({
        ...by,
        action: "device.release",
        subject: `${room}/${device}`,
        detail: given({ source: line.source }),
      });
    });
    await this.#planner.changed([room]);
  }

  #suggest({ via, device }: WaitingDevice, matcher: RoomMatcher): UnclaimedView["suggested"] {
    const metrics = Object.keys(device.values);
    const [site = "", room = "", own = ""] = via === WIRE_SOURCE ? device.device.split("/") : [];
    const topicRoom =
      room !== UNCLAIMED_ROOM && this.#planner.plans.has(roomKey(site, room)) ? roomKey(site, room) : undefined;
    const match = topicRoom === undefined ? matcher.find([device.label ?? "", device.device]) : { key: topicRoom };
    return {
      ...("key" in match && { room: match.key }),
      name: device.label ?? nameFor(own === "" ? device.device : own),
      room_air: metrics.some((metric) => OF_ROOMS.has(metric)) && !metrics.some((metric) => OF_GEAR.has(metric)),
    };
  }
}

const sourceKey = (via: string, device: string): string => `${via} ${device}`;

/** As what a line of a card is heard: where it was claimed from, and where it publishes itself. */
const namesOf = (room: string, line: CardDevice): string[] => [
  sourceKey(WIRE_SOURCE, `${room}/${line.device}`),
  ...(line.source === undefined ? [] : [sourceKey(line.source.via, line.source.device)]),
];

const isAt = (room: string, line: CardDevice): boolean =>
  line.source?.via === WIRE_SOURCE && line.source.device === `${room}/${line.device}`;

async function findRoom(store: Store, key: string): Promise<RoomRecord> {
  const { site, room } = parseRoomKey(key);
  const record = await store.rooms.get(site, room);
  if (record === undefined) throw new GreenroomError("NOT_FOUND", `there is no room ${key}`);
  return record;
}

function findLine(record: RoomRecord, device: string): CardDevice {
  const line = record.card.devices.find((each) => each.device === device);
  if (line === undefined)
    throw new GreenroomError("NOT_FOUND", `there is no device ${device} on the card of ${record.key}`);
  return line;
}

async function put(store: Store, { site, room, card, revision }: RoomRecord, devices: CardDevice[]): Promise<void> {
  const changed: RoomCard = { ...card, devices };
  await store.rooms.put(site, room, changed, revision);
}

/** A device's line on a card that does not have it yet. */
function lineFor(
  { key, card }: RoomRecord,
  source: { via: string; device: string },
  about: Pick<CardDevice, "name" | "kind" | "room_air">,
): CardDevice {
  if (card.devices.length >= MOST_DEVICES)
    throw new GreenroomError("CONFLICT", `${card.name} has ${MOST_DEVICES} devices, the most a room can have`);
  const taken = new Set(card.devices.map(({ device }) => device));
  const line: CardDevice = { ...about, device: freeName(source, taken, key), source };
  if (source.via !== WIRE_SOURCE) line.agent = source.via;
  if (isAt(key, line)) delete line.source;
  return line;
}

/** Made from the device's own name and not from what people call it, so that one that comes back finds its own history. */
function freeName({ via, device }: { via: string; device: string }, taken: ReadonlySet<string>, room: string): string {
  const own = via === WIRE_SOURCE && device.startsWith(`${room}/`) ? device.slice(room.length + 1) : undefined;
  if (own !== undefined && isId(own) && !taken.has(own)) return own;
  const text = slug(via === WIRE_SOURCE ? device.slice(device.lastIndexOf("/") + 1) : device);
  const base = isId(text) && !RESERVED_DEVICES.includes(text) ? text : `device-${text}`.replace(/-$/, "");
  for (let i = 1; ; i++) {
    const name = i === 1 ? base.slice(0, 63) : `${base.slice(0, 58).replace(/-$/, "")}-${i}`;
    // A name in the room's own topics would be heard as another device's.
    if (!taken.has(name) && isId(name)) return name;
  }
}

/** What people would call it: its own name, unless that is an address. */
function nameFor(own: string): string {
  const text = own.trim().slice(0, 128);
  return /^(0x)?[0-9a-f]{8,}$/i.test(text) ? "Sensor" : text;
}

const viewOf = ({ site, via, title, device }: WaitingDevice, suggested: UnclaimedView["suggested"]): UnclaimedView => ({
  site,
  via,
  title,
  device: device.device,
  since: device.since,
  last_at: device.last_at,
  heard: device.heard,
  values: Object.entries(device.values).map(([metric, { value, at }]) => ({ metric, value, at })),
  ...given({ doubt: device.doubt, label: device.label }),
  suggested,
});
