import type { Cancel, Clock } from "#contract/clock.ts";
import { messageOf } from "#contract/errors.ts";
import { roomKey as keyOfRoom } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import type { Demo } from "#contract/messages/room.ts";
import { between, hours, type Instant, instant, minutes } from "#contract/units.ts";
import { at, type Judgement } from "./finding.ts";
import { toMinute, wordsOf } from "../readiness/words.ts";
import { localTime } from "./local-time.ts";
import type { Contact, DailyListMessage, Notifier } from "./notifier.ts";

export interface DailyListOptions {
  clock: Clock;
  log: Log;
  notifier: Notifier;
  /** The time of day at which it is sent, in each site's own time: "07:00". */
  time: string;
}

interface Line {
  roomName: string;
  zone: string;
  demos: readonly Demo[];
  sentence: string;
  since: Instant;
}

/** A room with a visit within this time is the alerts' concern, not the list's. */
const AHEAD = hours(24);
const MOST_LINES = 40;

/**
 * What is wrong in rooms that no visit needs: it wakes nobody, and is told once a day to whom level 0 names. A gateway that is
 * away at that minute leaves the day's list out.
 */
export class DailyList {
  readonly #options: DailyListOptions;
  readonly #sites = new Map<string, Map<string, Line>>();
  readonly #timers = new Map<string, Cancel>();
  readonly counts = { sent: 0, failed: 0 };

  constructor(options: DailyListOptions) {
    this.#options = options;
  }

  consider({ site, room, card, demos, readiness }: Judgement): void {
    const key = keyOfRoom(site, room);
    const lines = this.#site(site, card.zone);
    const { now } = readiness;
    if (now.outcome !== "not_ready" && now.outcome !== "unknown") {
      lines.delete(key);
      return;
    }
    const since = Math.min(...now.checks.filter((each) => each.outcome === now.outcome).map((each) => at(each.since)));
    const began = Number.isFinite(since) ? instant(since) : at(readiness.at);
    lines.set(key, { roomName: card.name, zone: card.zone, demos, sentence: now.sentence, since: began });
  }

  forget(site: string, room: string): void {
    this.#sites.get(site)?.delete(keyOfRoom(site, room));
  }

  /** How many rooms would be on the lists now. */
  get rooms(): number {
    const now = this.#options.clock.now();
    return [...this.#sites.values()].reduce((sum, lines) => sum + listed(lines, now).length, 0);
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
  }

  #site(site: string, zone: string): Map<string, Line> {
    const known = this.#sites.get(site);
    if (known !== undefined) return known;
    const lines = new Map<string, Line>();
    this.#sites.set(site, lines);
    this.#schedule(site, zone, { lines, from: this.#options.clock.now() });
    return lines;
  }

  #schedule(site: string, zone: string, { lines, from }: { lines: ReadonlyMap<string, Line>; from: Instant }): void {
    const { clock, time } = this.#options;
    const due = nextAt(time, zone, from);
    this.#timers.set(
      site,
      clock.after(between(clock.now(), due), () => {
        this.#tell(site, zone, lines);
        // Clocks that go back may show this time once more today.
        this.#schedule(site, zone, { lines, from: instant(Math.max(due + hours(12), clock.now())) });
      }),
    );
  }

  #tell(site: string, zone: string, lines: ReadonlyMap<string, Line>): void {
    const { clock, log, notifier } = this.#options;
    const now = clock.now();
    const rooms = listed(lines, now);
    if (rooms.length === 0) return;
    const list: DailyListMessage = {
      site,
      zone,
      key: `daily-${site}-${Math.floor(now / 60_000).toString(36)}`,
      lines: rooms.slice(0, MOST_LINES).map(([roomKey, { roomName, sentence, since, zone: own }]) => ({
        roomKey,
        roomName,
        text: `${sentence.replace(/[.!]+$/, "")} (since ${localTime(since, own, now)})`,
      })),
      more: Math.max(0, rooms.length - MOST_LINES),
    };
    const failed = (contact: Contact) => (error: unknown) => {
      this.counts.failed += 1;
      log.warn({ site, contact: contact.id, error: messageOf(error) }, "the daily list was not sent");
    };
    for (const contact of notifier.contacts(0)) {
      const sent = notifier.sendList?.(contact, list) ?? Promise.reject(new Error("there are no lists here"));
      sent.then(() => (this.counts.sent += 1), failed(contact));
    }
  }
}

/** What is to be told now, by room: nothing of those that a visit needs soon. */
const listed = (lines: ReadonlyMap<string, Line>, now: Instant): [roomKey: string, line: Line][] =>
  [...lines]
    .filter(([, { demos }]) => !demos.some((demo) => at(demo.arrival) <= now + AHEAD && at(demo.end) > now))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

/** When a zone's clocks show a time next, after `now`; where they skip it that day, the day after. */
export function nextAt(time: string, zone: string, now: Instant): Instant {
  const words = wordsOf(zone);
  const first = toMinute(now);
  for (let after: number = minutes(1); after <= hours(49); after += minutes(1)) {
    const candidate = instant(first + after);
    if (words.clock(candidate) === time) return candidate;
  }
  return instant(now + hours(24));
}
