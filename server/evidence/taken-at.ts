import type { Alert, AlertEvent } from "#contract/messages/alert.ts";

const TAKEN: ReadonlySet<AlertEvent["event"]> = new Set(["acknowledged", "assigned", "resolved"]);

/** When a person first did something about an alert; nothing when nobody did. */
export const takenAt = ({ history }: Pick<Alert, "history">): string | undefined =>
  history.find(({ event, by }) => TAKEN.has(event) && by !== undefined)?.at;
