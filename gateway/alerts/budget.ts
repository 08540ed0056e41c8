import { earlier, type Instant, later } from "#contract/units.ts";
import type { AlertPolicy } from "./policy.ts";

/** What a contact may be sent now, and when the next. */
export interface Allowance {
  /** So many messages now. */
  free: number;
  /** When there is one more than now. */
  nextAt: Instant;
}

/**
 * How many messages each contact has been sent: never more than a burst within its span, and over a day no more than one per
 * `every`. A bucket that holds a burst and fills by one per `every`; what was sent although it was empty owes nothing.
 */
export class Budget {
  readonly #policy: AlertPolicy["budget"];
  /** By contact, oldest first. */
  readonly #sent = new Map<string, Instant[]>();

  constructor(policy: AlertPolicy["budget"]) {
    this.#policy = policy;
  }

  spend(contact: string, at: Instant, now: Instant): void {
    const { messages, per, every } = this.#policy;
    const since = earlier(now, Math.max(per, every * messages) as typeof per);
    const sent = (this.#sent.get(contact) ?? []).filter((each) => each > since);
    if (at > since) sent.push(at);
    this.#sent.set(
      contact,
      sent.toSorted((a, b) => a - b),
    );
  }

  allowance(contact: string, now: Instant): Allowance {
    const { messages, per, every } = this.#policy;
    const sent = this.#sent.get(contact) ?? [];
    const recent = sent.filter((at) => at > earlier(now, per));
    // In milliseconds of filling, so that it is exact.
    const full = messages * every;
    let filled = full;
    let filledAt = sent[0] ?? now;
    for (const at of sent) {
      filled = Math.max(0, Math.min(full, filled + at - filledAt) - every);
      filledAt = at;
    }
    filled = Math.min(full, filled + now - filledAt);
    const free = Math.max(0, Math.min(messages - recent.length, Math.floor(filled / every)));
    const oldest = recent[recent.length - messages + free];
    const spanAt = oldest === undefined ? now : later(oldest, per);
    const fillAt = (now + (free + 1) * every - filled) as Instant;
    return { free, nextAt: Math.max(spanAt, fillAt) as Instant };
  }
}
