import type { WhatIfAnswer } from "#contract/api/what-if.ts";
import type { PastResult } from "./run-past.ts";

const MOST_ALERTS = 500;
const MOST_MESSAGES = 2_000;

/** The result as people's screens get it: bounded, and saying how much was left out. */
export function answerOf({ site, rooms, readings, visits, alerts, messages, held }: PastResult): WhatIfAnswer {
  return {
    rooms,
    readings,
    visits,
    alerts: alerts.slice(0, MOST_ALERTS).map(({ room, name, ...alert }) => ({
      ...alert,
      room_key: `${site}/${room}`,
      room_name: name,
    })),
    messages: messages
      .slice(0, MOST_MESSAGES)
      .map(({ at, to, event, alert, title, sentence }) => ({ at, to, event, alert, title, sentence })),
    more: Math.max(0, alerts.length - MOST_ALERTS) + Math.max(0, messages.length - MOST_MESSAGES),
    held,
  };
}
