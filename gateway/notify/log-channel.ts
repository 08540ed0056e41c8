import type { Log } from "#contract/log.ts";
import type { Channel } from "./channel.ts";

/** Prints each message as one line of the log. */
export const logChannel = (log: Log): Channel => ({
  send(contact, notice, message) {
    log.warn({ alert: notice.alert.id, room: notice.roomKey, event: notice.event, to: contact.id }, message.subject);
    return Promise.resolve();
  },
  stop: () => Promise.resolve(),
});
