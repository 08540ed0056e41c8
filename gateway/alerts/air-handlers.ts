import { parseRoomKey } from "#contract/ids.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { hours, type Instant } from "#contract/units.ts";
import type { Member } from "./finding.ts";
import { type AlertPolicy, kindOf, riskToRaise } from "./policy.ts";

/** What an air handler serves. Only warmth tells of one: people make the CO₂ of many rooms rise at once. */
const CLIMATE = new Set(["temperature", "co2", "humidity"]);
const TELLING = "temperature";
/** Of its rooms that expect a visit, so many must be endangered at once, by visits within these hours. */
const AHEAD = hours(4);
const LEAST_ROOMS = 2;
const LEAST_SHARE = 0.3;

interface Handler {
  key: string;
  cause: string;
  /** Its rooms that expect a visit, and what endangers their climate. */
  rooms: Map<string, { isAtRisk: boolean; climate: readonly Member[] }>;
  isSuspect: boolean;
}

/** Rooms of one air handler whose warmth fails together have one cause: the air handler. */
export class AirHandlers {
  readonly #policy: AlertPolicy;
  readonly #handlers = new Map<string, Handler>();
  readonly #ofRoom = new Map<string, Handler>();

  constructor(policy: AlertPolicy) {
    this.#policy = policy;
  }

  /**
   * A room was judged: what endangers its visits, with what its air handler is suspected of. When that suspicion is new, `others`
   * are the visits of its other rooms that are endangered with it.
   */
  suspected(
    roomKey: string,
    { card, hasVisit, members, now }: { card: RoomCard; hasVisit: boolean; members: readonly Member[]; now: Instant },
  ): { own: readonly Member[]; others: readonly Member[] } {
    const key = card.ahu === undefined || !hasVisit ? undefined : `${parseRoomKey(roomKey).site}|${card.ahu}`;
    if (this.#ofRoom.get(roomKey)?.key !== key) this.forget(roomKey);
    if (key === undefined) return NOTHING;
    const handler = this.#handlers.get(key) ?? { key, cause: `ahu:${card.ahu}`, rooms: new Map(), isSuspect: false };
    const climate = members.filter((member) => CLIMATE.has(kindOf(member.cause.cause)) && member.arrival > now);
    if (climate.length === 0 && handler.rooms.get(roomKey)?.climate.length === 0) return NOTHING;
    this.#handlers.set(key, handler);
    this.#ofRoom.set(roomKey, handler);
    handler.rooms.set(roomKey, { isAtRisk: climate.some((member) => this.#tells(member, now)), climate });
    const isNew = this.#judge(handler);
    if (!handler.isSuspect) return NOTHING;
    const others = isNew ? [...handler.rooms].flatMap(([room, { climate: its }]) => (room === roomKey ? [] : its)) : [];
    const blame = (member: Member): Member => blamed(member, handler.cause);
    return { own: climate.map(blame), others: others.map(blame) };
  }

  forget(roomKey: string): void {
    const handler = this.#ofRoom.get(roomKey);
    if (handler === undefined) return;
    this.#ofRoom.delete(roomKey);
    handler.rooms.delete(roomKey);
    // A suspicion that a smaller number of rooms would raise waits for the next judgement, which tells all that are endangered.
    if (atRiskOf(handler) === 0) handler.isSuspect = false;
    if (handler.rooms.size === 0) this.#handlers.delete(handler.key);
  }

  #tells(member: Member, now: Instant): boolean {
    return (
      kindOf(member.cause.cause) === TELLING &&
      !member.isSilence &&
      member.arrival - now <= AHEAD &&
      member.risk >= riskToRaise(this.#policy, member.cause.cause)
    );
  }

  /** Whether the suspicion is new. It lasts until no room of it is endangered. */
  #judge(handler: Handler): boolean {
    const atRisk = atRiskOf(handler);
    const isEnough = atRisk >= LEAST_ROOMS && atRisk >= handler.rooms.size * LEAST_SHARE;
    const wasSuspect = handler.isSuspect;
    handler.isSuspect = isEnough || (wasSuspect && atRisk > 0);
    return handler.isSuspect && !wasSuspect;
  }
}

function atRiskOf({ rooms }: Handler): number {
  let atRisk = 0;
  for (const { isAtRisk } of rooms.values()) if (isAtRisk) atRisk += 1;
  return atRisk;
}

const NOTHING = { own: [], others: [] } as const;

const blamed = (member: Member, cause: string): Member => ({
  ...member,
  cause: { ...member.cause, cause, sentence: `Air handler ${cause.slice(4)}: ${member.cause.sentence}` },
});
