import type { Clock } from "#contract/clock.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { type Instant, rfc3339 } from "#contract/units.ts";
import type { Contact, Notice, NoticeEvent, Notifier } from "#gateway/alerts/notifier.ts";

/** A message that somebody would have got. */
export interface ToldMessage {
  at: string;
  /** Whose it would have been: `facilities`, `lead`, `remedy`, `host`. */
  to: string;
  event: NoticeEvent;
  alert: string;
  room: string;
  floor: string;
  /** In which its times are told. */
  zone: string;
  title: string;
  sentence: string;
  act_by: string;
  p_ready: number;
  visits: { demo: string; title: string; arrival: string }[];
  /** Other alerts that the same message tells. */
  along: string[];
}

/** Who is told at each level of the escalation. */
const LEVELS = ["facilities", "lead", "remedy", "host"] as const;

/** Takes down what would have been sent, and sends nothing. */
export class RecordingNotifier implements Notifier {
  readonly messages: ToldMessage[] = [];
  readonly #clock: Clock;
  readonly #from: Instant;
  /** By `site/room`. */
  readonly #cards: ReadonlyMap<string, RoomCard>;
  readonly #contacts: readonly Contact[] = LEVELS.map((id) => ({ id, name: id, channel: "nobody", to: id }));

  /** What comes before `from` is not taken down: the gateway was only warming up. */
  constructor(clock: Clock, from: Instant, cards: ReadonlyMap<string, RoomCard>) {
    this.#clock = clock;
    this.#from = from;
    this.#cards = cards;
  }

  contacts(level: number): readonly Contact[] {
    return this.#contacts.slice(Math.min(level, LEVELS.length - 1)).slice(0, 1);
  }

  send(contact: Contact, { event, alert, roomKey, along = [], ...notice }: Notice): Promise<void> {
    const now = this.#clock.now();
    if (now < this.#from) return Promise.resolve();
    const { name: room, floor, zone } = this.#cards.get(roomKey) ?? { ...notice, name: notice.roomName };
    const { id, title, sentence, act_by, p_ready, members = [] } = alert;
    this.messages.push({
      at: rfc3339(now),
      to: contact.id,
      event,
      alert: id,
      room,
      floor,
      zone,
      title,
      sentence,
      act_by,
      p_ready,
      visits: members.map((one) => ({ demo: one.demo, title: one.title, arrival: one.arrival })),
      along: along.map((other) => other.id),
    });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
