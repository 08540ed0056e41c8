import { parseInstant } from "#contract/units.ts";
import type { Stage } from "./stage.ts";

/** The contact has this very message, or was told something newer than the news that it brings. What failed for certain was not told. */
export const duplicate: Stage = {
  reason: "duplicate",
  holds: "message",
  decide({ message }) {
    if (message === undefined) return undefined;
    const knows = message.told.some(
      (sent) =>
        sent.state !== "failed" &&
        (sent.key === message.key || (parseInstant(sent.at) ?? Number.NaN) >= message.newsAt),
    );
    return knows ? { note: `${message.contact} has been told` } : undefined;
  },
};
