import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import type { Alert, Notification } from "#contract/messages/alert.ts";
import type { RoomCard } from "#contract/messages/room.ts";
import { type Instant, later, type Millis, rfc3339 } from "#contract/units.ts";
import type { Agenda } from "./agenda.ts";
import { Budget } from "./budget.ts";
import { type Delivery, deliver } from "./deliver.ts";
import { levelOf, reachedAt, type Step, steps } from "./escalation.ts";
import { at, type Member } from "./finding.ts";
import { record } from "./history.ts";
import { alertOf, type Incident } from "./incident.ts";
import type { Contact, Notice, Notifier } from "./notifier.ts";
import type { Outgoing } from "./outgoing.ts";
import type { AlertPolicy } from "./policy.ts";
import { isStandby } from "./standby.ts";
import type { Held, MessageFacts } from "./stages/stage.ts";
import { WaitingMessages } from "./waiting-messages.ts";

const MOST_NOTIFICATIONS = 100;
const UNTRUE = { state: "failed", error: "no longer true when it could leave", retryable: false } as const;
/** Of what is still true, but was to go along with what was not. */
const LEFT_BEHIND = {
  state: "failed",
  error: "what it was to go along with was no longer true",
  retryable: true,
} as const;

/** What the teller needs of the desk. */
export interface TellerOptions {
  clock: Clock;
  log: Log;
  policy: AlertPolicy;
  notifier: Notifier;
  durable: (id: string) => Promise<void>;
  /** Takes the changed alert and publishes it. */
  update: (incident: Incident, alert: Alert) => void;
  /** The first stage that holds this message back. */
  hold: (incident: Incident, message: MessageFacts) => Held | undefined;
  /** Looks at the incident again: a message has come to its end. */
  again: (incident: Incident) => void;
  /** The card of a room, as long as the room is known: what is over endangers no visit that could name the room. */
  cardOf: (roomKey: string) => RoomCard | undefined;
}

interface Retry {
  attempts: number;
  /** `undefined`: it is of no use to try again. */
  at: Instant | undefined;
}

/** Sends the messages of the steps that an alert has reached: each at most once per (alert, episode, event, contact). */
export class Teller {
  readonly #options: TellerOptions;
  readonly #onTheWay = new Set<Promise<void>>();
  readonly #retries = new Map<string, Retry>();
  readonly #budget: Budget;
  readonly #waiting = new WaitingMessages();
  readonly counts = { sent: 0, failed: 0, unconfirmed: 0 };
  #stopped = false;

  constructor(options: TellerOptions) {
    this.#options = options;
    this.#budget = new Budget(options.policy.budget);
  }

  /** Takes into account what was sent before a restart. */
  remember(alert: Alert): void {
    const now = this.#options.clock.now();
    for (const each of alert.notifications)
      if (each.state !== "failed") this.#budget.spend(contactOf(each.key), at(each.at), now);
  }

  /** An alert leaves the wire: nothing more is to be told of it. */
  forget(incident: Incident): void {
    this.#waiting.clear(incident);
    for (const { key } of alertOf(incident).notifications) this.#retries.delete(key);
  }

  /** Sends what is due of the reached steps, newest news first; notes in the agenda when something held may go. */
  tell(incident: Incident, first: Member | undefined, agenda: Agenda): void {
    this.#waiting.clear(incident);
    const { status } = alertOf(incident);
    for (const step of steps.toReversed()) {
      if ((status === "resolved") !== (step === "resolved")) continue;
      const alert = alertOf(incident);
      if (status === "acknowledged" && (step === "raised" || step === "lead")) continue;
      if (reachedAt(alert, step) === undefined) continue;
      if (isStandby(alert.cause) && step !== "resolved" && !isKept(alert)) continue;
      for (const contact of this.#recipients(alert, step)) this.#tellOne({ incident, step, contact, first }, agenda);
    }
  }

  /** When it became doubtful that the owner has been told: a message that may not have arrived, or that fails for good. */
  troubledAt(alert: Alert): Instant | undefined {
    let troubled: Instant | undefined;
    for (const each of alert.notifications) {
      if (!isOfEpisode(alert, each) || !isToOwner(each)) continue;
      if (each.state === "sent") return undefined;
      const retry = this.#retries.get(each.key);
      const isHopeless =
        each.state === "failed" &&
        retry !== undefined &&
        (retry.at === undefined || retry.attempts >= this.#options.policy.retry.beforeLead);
      if (each.state === "unconfirmed" || isHopeless) troubled ??= at(each.at);
    }
    return troubled;
  }

  /** Waits for what is on its way (bounded by the channels' own time limits); starts nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#onTheWay);
  }

  #recipients(alert: Alert, step: Step): readonly Contact[] {
    const { notifier, clock } = this.#options;
    if (step !== "resolved") {
      const due = alert.steps.find((each) => at(each.act_by) >= clock.now()) ?? alert.steps[0];
      const level = isStandby(alert.cause) ? levelOf.offer_move : levelOf[step];
      return unique(notifier.contacts(level, due?.remedy));
    }
    const told = new Set(
      alert.notifications
        .filter((each) => isOfEpisode(alert, each) && (each.state === "sent" || each.state === "unconfirmed"))
        .map((each) => contactOf(each.key)),
    );
    const everybody = [0, 1, 2, 3].flatMap((level) => [
      ...notifier.contacts(level),
      ...alert.steps.flatMap((each) => notifier.contacts(level, each.remedy)),
    ]);
    return unique(everybody).filter((contact) => told.has(contact.id));
  }

  #tellOne(message: Outgoing, agenda: Agenda): void {
    const { incident, step, contact } = message;
    const alert = alertOf(incident);
    const { clock, hold } = this.#options;
    const now = clock.now();
    const key = keyOf(alert, step, contact);
    const known = alert.notifications.find((each) => each.key === key);
    if (known !== undefined && known.state !== "failed") return;
    if (step !== "resolved" && alert.arrival !== undefined && now >= at(alert.arrival)) return;
    const retry = this.#retries.get(key);
    if (retry !== undefined && (retry.at === undefined || retry.at > now)) return agenda.add(retry.at);
    const told = alert.notifications.filter((each) => isOfEpisode(alert, each) && contactOf(each.key) === contact.id);
    const newsAt = newsOf(alert, step, now);
    const allowance = this.#budget.allowance(contact.id, now);
    const isOver = !isNews(step);
    const ahead = isOver ? this.#waiting.cut(contact.id) : this.#waiting.ahead(contact.id, incident);
    const held = hold(incident, { key, contact: contact.id, newsAt, told, allowance, ahead, isOver });
    if (held?.reason === "over-budget") this.#waiting.add(key, message);
    if (held !== undefined) return agenda.add(held.until);
    this.#send(message, key);
  }

  /** Sends a message, and with it what waits for room in the contact's budget: news of the same floor, and whatever is over. */
  #send(message: Outgoing, key: string): void {
    const { contact } = message;
    const { clock, notifier, durable } = this.#options;
    const now = clock.now();
    this.#budget.spend(contact.id, now, now);
    const along = [
      ...(isNews(message.step) ? this.#waiting.takeAlong(message) : []),
      ...this.#waiting.takeOver(contact.id),
    ];
    const all = [{ key, message }, ...along];
    for (const each of all) {
      const sending = { channel: contact.channel, to: contact.to, at: rfc3339(now), state: "sending" as const };
      this.#note(each.message.incident, { key: each.key, ...sending });
    }
    const ids = all.map((each) => alertOf(each.message.incident).id);
    /** What had changed by the time it could leave. */
    const untrue = new Set<Outgoing>();
    const sending = deliver({
      notifier,
      contact,
      durable: async () => {
        for (const id of ids) await durable(id);
      },
      compose: () => {
        if (this.#stopped) return { notNeeded: "the gateway stopped before it left" };
        for (const each of all) if (!isTrue(each)) untrue.add(each.message);
        if (untrue.has(message)) return { notNeeded: UNTRUE.error };
        const others = along.flatMap((each) => (untrue.has(each.message) ? [] : each.message));
        return this.#compose(message, key, others);
      },
    })
      .then((delivery) => {
        const ofOthers = untrue.has(message) ? LEFT_BEHIND : delivery;
        return all.forEach((each) => this.#ended(each.message, each.key, untrue.has(each.message) ? UNTRUE : ofOthers));
      })
      .finally(() => this.#onTheWay.delete(sending));
    this.#onTheWay.add(sending);
  }

  #compose({ incident, step, contact, first }: Outgoing, key: string, others: readonly Outgoing[]): Notice {
    const alert = alertOf(incident);
    const isFirst = !alert.notifications.some(
      (each) => each.key !== key && each.state !== "failed" && contactOf(each.key) === contact.id,
    );
    const along = others.filter((each) => isNews(each.step)).map((each) => alertOf(each.incident));
    const over = others.filter((each) => !isNews(each.step)).map((each) => alertOf(each.incident));
    const cut = isNews(step) ? this.#waiting.cut(contact.id) : 0;
    const card = this.#options.cardOf(incident.home);
    return {
      key,
      ...(along.length > 0 && { along }),
      ...(over.length > 0 && { over }),
      ...(cut > 0 && { cut }),
      event: step === "raised" && (alert.episode ?? 0) > 0 ? "reopened" : step,
      alert,
      roomKey: first?.roomKey ?? incident.home,
      roomName: first?.roomName ?? card?.name ?? incident.home,
      floor: first?.floor ?? card?.floor ?? "",
      zone: first?.zone ?? card?.zone ?? "UTC",
      ...(first?.account === undefined ? {} : { account: first.account }),
      first: isFirst,
    };
  }

  #ended({ incident, contact, step }: Outgoing, key: string, delivery: Delivery): void {
    const { clock, log, policy, update, again } = this.#options;
    const now = clock.now();
    this.counts[delivery.state] += 1;
    if (delivery.state === "failed") {
      const attempts = (this.#retries.get(key)?.attempts ?? 0) + 1;
      const wait = Math.min(policy.retry.first * 2 ** (attempts - 1), policy.retry.most) as Millis;
      this.#retries.set(key, { attempts, at: delivery.retryable ? later(now, wait) : undefined });
    }
    // It was on its way for so long that its alert has left the wire.
    if (incident.alert === undefined) return;
    const { state } = delivery;
    const sent = { key, channel: contact.channel, to: contact.to, at: rfc3339(now), state };
    const what = `${step} to ${contact.name} by ${contact.channel}`;
    if (delivery.state === "sent") {
      this.#note(incident, sent);
      update(incident, record(alertOf(incident), now, { event: "notified", note: what }));
    } else {
      const { error } = delivery;
      log.warn({ alert: incident.alert.id, contact: contact.id, step, error }, `message ${state}`);
      this.#note(incident, { ...sent, error });
      update(incident, record(alertOf(incident), now, { event: "notify_failed", note: `${what}: ${error}` }));
    }
    again(incident);
  }

  #note(incident: Incident, notification: Notification): void {
    const alert = alertOf(incident);
    const others = alert.notifications.filter((each) => each.key !== notification.key);
    const notifications = [...others, notification].slice(-MOST_NOTIFICATIONS);
    this.#options.update(incident, { ...alert, notifications });
  }
}

/** Whether a room is kept for its visit. */
const isKept = ({ alternatives }: Alert): boolean =>
  alternatives?.some((each) => each.held_until !== undefined) === true;

/** Whether a step tells what is wrong, and not that it is over. */
const isNews = (step: Step): boolean => step !== "resolved";

/** Whether a message still says what is so: the alert may have been resolved meanwhile, or come back. */
const isTrue = ({ key, message: { step, incident } }: { key: string; message: Outgoing }): boolean => {
  const { alert } = incident;
  return alert !== undefined && isOfEpisode(alert, { key }) && (alert.status === "resolved") === !isNews(step);
};

const unique = (contacts: readonly Contact[]): Contact[] => [
  ...new Map(contacts.map((contact) => [contact.id, contact])).values(),
];

/** `alert.episode.step.contact`; a second waking is another message than the first. */
function keyOf(alert: Alert, step: Step, contact: Contact): string {
  const nth = step === "woken" ? `woken-${(reachedAt(alert, "woken") ?? 0).toString(36)}` : step;
  return `${alert.id}.${alert.episode ?? 0}.${nth}.${contact.id}`;
}
const contactOf = (key: string): string => key.split(".")[3] ?? "";
const isOfEpisode = (alert: Alert, { key }: { key: string }): boolean =>
  key.startsWith(`${alert.id}.${alert.episode ?? 0}.`);
const isToOwner = ({ key }: Notification): boolean => levelOf[key.split(".")[2]?.split("-", 1)[0] as Step] === 0;

/** When the news of a step came up: whoever was told anything since has been told this too. */
function newsOf(alert: Alert, step: Step, now: Instant): Instant {
  const reached = (which: Step): Instant => reachedAt(alert, which) ?? now;
  if (step !== "lead") return reached(step);
  // Not that nobody has acknowledged, but what there is to acknowledge.
  return Math.max(reached("raised"), reachedAt(alert, "woken") ?? 0) as Instant;
}
