import { messageOf } from "#contract/errors.ts";
import { type Contact, type Notice, type Notifier, NotSent } from "./notifier.ts";

/** What became of a message. `failed` certainly did not arrive; `unconfirmed` may have, so it is never sent again. */
export type Delivery =
  | { state: "sent" }
  | { state: "failed"; error: string; retryable: boolean }
  | { state: "unconfirmed"; error: string };

export interface DeliverOptions {
  notifier: Notifier;
  contact: Contact;
  /** Resolves once `sending` is durable on the wire: nothing leaves before. */
  durable: () => Promise<void>;
  /** The message as it is worded when it leaves, or why it is not needed any more. */
  compose: () => Notice | { notNeeded: string };
}

/** Sends one message at most once: written down first, then handed to its channel, then judged by what the channel said. */
export async function deliver({ notifier, contact, durable, compose }: DeliverOptions): Promise<Delivery> {
  try {
    await durable();
  } catch (error) {
    return { state: "failed", error: messageOf(error), retryable: true };
  }
  const notice = compose();
  if ("notNeeded" in notice) return { state: "failed", error: notice.notNeeded, retryable: false };
  try {
    await notifier.send(contact, notice);
    return { state: "sent" };
  } catch (error) {
    const text = messageOf(error).slice(0, 300);
    if (error instanceof NotSent && error.delivered === "no")
      return { state: "failed", error: text, retryable: error.retryable };
    return { state: "unconfirmed", error: text };
  }
}
