import type { Notification } from "#contract/messages/alert.ts";
import { type Instant, instant, minutes, rfc3339, seconds } from "#contract/units.ts";
import { defaultPolicy } from "../policy.ts";
import type { Facts, MessageFacts } from "./stage.ts";

export const now: Instant = instant(Date.UTC(2026, 10, 23, 12));
export const inMinutes = (n: number): Instant => instant(now + minutes(n));
export const inSeconds = (n: number): Instant => instant(now + seconds(n));

/** Facts that nothing holds back: act-by in an hour, seen for an hour, in a room where nothing happens. */
export const factsWith = (over: Partial<Facts> = {}): Facts => ({
  now,
  policy: defaultPolicy,
  cause: "temperature",
  actBy: inMinutes(61),
  priority: 3,
  since: inMinutes(-60),
  isSilence: false,
  gain: 0.8,
  risk: 0.9,
  isReopening: false,
  reportInterval: seconds(60),
  rooms: [{}],
  ...over,
});

export const messageWith = (over: Partial<MessageFacts> = {}): MessageFacts => ({
  key: "a.0.raised.owner",
  contact: "owner",
  newsAt: now,
  told: [],
  allowance: { free: 1, nextAt: now },
  ahead: 0,
  isOver: false,
  ...over,
});

export const sentAt = (at: Instant, key: string, state: Notification["state"] = "sent"): Notification => ({
  key,
  channel: "mail",
  to: "owner@test",
  at: rfc3339(at),
  state,
});
