import type { Contact, Notice } from "../alerts/notifier.ts";
import type { Message } from "./message.ts";

/** One way to reach people. `send` tries once, ends within the channel's time limit, and rejects with `NotSent`. */
export interface Channel {
  send(contact: Contact, notice: Notice, message: Message): Promise<void>;
  stop(): Promise<void>;
}
