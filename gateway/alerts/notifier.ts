import type { Alert } from "#contract/messages/alert.ts";

/** A person or a desk that can be told, through one channel. */
export interface Contact {
  id: string;
  name: string;
  /** The name of the channel that carries it. */
  channel: string;
  /** The address in that channel, as people may read it; never a secret. */
  to: string;
}

/** Why a message is sent. */
export type NoticeEvent =
  | "raised"
  | "reopened"
  | "woken"
  | "lead"
  | "past_act_by"
  | "offer_move"
  | "resolved"
  | "daily_list";

/** One message to be worded by its channel. */
export interface Notice {
  /** Unique per (alert, episode, event, contact): the idempotency id of the message. */
  key: string;
  event: NoticeEvent;
  alert: Alert;
  /** `site/room` of the room that it is about. */
  roomKey: string;
  roomName: string;
  floor: string;
  /** IANA zone in which its times are told. */
  zone: string;
  account?: string;
  /** Other alerts of the same floor that this message tells too, so that it stays one message. */
  along?: readonly Alert[];
  /** Other alerts that are over, which this message tells too. */
  over?: readonly Alert[];
  /** So many alerts of less use wait until there is room for another message. */
  cut?: number;
  /** Nothing of this alert has been sent to this contact before: starts a thread. */
  first: boolean;
}

/** What is wrong in a site's rooms that no visit needs. */
export interface DailyListMessage {
  key: string;
  site: string;
  /** IANA zone in which its times are told. */
  zone: string;
  lines: readonly { roomKey: string; roomName: string; text: string }[];
  /** So many rooms more than are named. */
  more: number;
}

/** Why a message did not go out, and whether it may be tried again. */
export class NotSent extends Error {
  /** `no`: it certainly was not delivered. `unknown`: it may have been, so it is never sent again. */
  readonly delivered: "no" | "unknown";
  /** Trying again later may help. */
  readonly retryable: boolean;

  constructor(text: string, why: { delivered: "no" | "unknown"; retryable: boolean; cause?: unknown }) {
    super(text, why.cause === undefined ? undefined : { cause: why.cause });
    this.name = "NotSent";
    this.delivered = why.delivered;
    this.retryable = why.retryable;
  }
}

/**
 * Carries messages to people. Belongs to the alert desk, which alone decides who is told what, when, and whether again:
 * `send` tries once, ends in bounded time, and rejects with `NotSent`.
 */
export interface Notifier {
  /**
   * Who is told at a level of the escalation: 0 owner, 1 lead, 2 owner of the next remedy, 3 who offers the move. A level
   * that nobody is named for falls to the one below it. `remedy` names the remedy that is due, for sites where each has its owner.
   */
  contacts(level: number, remedy?: string): readonly Contact[];
  send(contact: Contact, notice: Notice): Promise<void>;
  /** Sends a daily list; rejects as `send` does. Absent: there are none. */
  sendList?(contact: Contact, list: DailyListMessage): Promise<void>;
  stop(): Promise<void>;
}
