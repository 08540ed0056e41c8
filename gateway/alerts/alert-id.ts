import { createHash } from "node:crypto";

const hash = (...parts: string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);

/** The id of an alert about one visit: the same finding is the same alert across restarts. */
export const alertId = (roomKey: string, demo: string, cause: string): string => hash("visit", roomKey, demo, cause);

/** The id of an alert about a cause that many rooms share: named by the first visit that it endangered, kept while it lives. */
export const sharedAlertId = (site: string, cause: string, first: { roomKey: string; demo: string }): string =>
  hash("shared", site, cause, first.roomKey, first.demo);
