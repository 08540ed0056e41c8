import { type Contact, type DailyListMessage, type Notice, type Notifier, NotSent } from "./notifier.ts";

export interface Sent {
  contact: string;
  notice: Notice;
}

/** A notifier for tests, evaluation and replay: keeps what it was given, and fails, hangs or doubts by script. */
export class FakeNotifier implements Notifier {
  readonly sent: Sent[] = [];
  readonly lists: { contact: string; list: DailyListMessage }[] = [];
  /** Every attempt, in order, whatever became of it. */
  readonly tried: string[] = [];
  /** Keys of the attempts that may have reached somebody. */
  readonly mayHaveArrived: string[] = [];
  /** What the next attempts meet; without an entry they go through. */
  readonly script: ("refused" | "rejected" | "doubtful" | "hangs")[] = [];
  readonly #levels: readonly (readonly Contact[])[];
  stopped = false;

  /** Contact ids by level; a level that is not named falls to the one below. */
  constructor(levels: readonly (readonly string[])[] = [["owner"], ["lead"], ["second"], ["host"]]) {
    this.#levels = levels.map((ids) => ids.map((id) => ({ id, name: id, channel: "fake", to: `${id}@test` })));
  }

  contacts(level: number, _remedy?: string): readonly Contact[] {
    return this.#levels[Math.min(level, this.#levels.length - 1)] ?? [];
  }

  send(contact: Contact, notice: Notice): Promise<void> {
    this.tried.push(notice.key);
    const meets = this.script.shift();
    if (meets !== "refused" && meets !== "rejected") this.mayHaveArrived.push(notice.key);
    switch (meets) {
      case "refused":
        return Promise.reject(new NotSent("connection refused", { delivered: "no", retryable: true }));
      case "rejected":
        return Promise.reject(new NotSent("no such mailbox", { delivered: "no", retryable: false }));
      case "doubtful":
        return Promise.reject(new NotSent("no answer", { delivered: "unknown", retryable: false }));
      case "hangs":
        return new Promise(() => {});
      default:
        this.sent.push({ contact: contact.id, notice });
        return Promise.resolve();
    }
  }

  sendList(contact: Contact, list: DailyListMessage): Promise<void> {
    this.lists.push({ contact: contact.id, list });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.stopped = true;
    return Promise.resolve();
  }
}
