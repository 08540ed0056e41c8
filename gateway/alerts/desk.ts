import type { Clock } from "#contract/clock.ts";
import type { Log } from "#contract/log.ts";
import type { Alert, AlertReply } from "#contract/messages/alert.ts";
import type { RoomReadiness } from "#contract/messages/readiness.ts";
import type { Demo, MaintenanceWindow, RoomCard } from "#contract/messages/room.ts";
import type { Notifier } from "./notifier.ts";

export interface AlertDeskOptions {
  clock: Clock;
  log: Log;
  /** Puts an alert on the wire, retained. Resolves once it is durable there: no message leaves before. */
  publish(roomKey: string, alert: Alert): Promise<void>;
  /** Takes a closed alert off the wire. */
  remove(roomKey: string, id: string): Promise<void>;
  notifier: Notifier;
}

/** A room as it was just judged. */
export interface Judgement {
  site: string;
  room: string;
  card: RoomCard;
  demos: readonly Demo[];
  windows: readonly MaintenanceWindow[];
  readiness: RoomReadiness;
}

/** Decides from each judgement of a room which alerts exist, and who is told what and when. */
export class AlertDesk {
  constructor(_options: AlertDeskOptions) {}

  /** Takes back an alert that the wire had kept, before the rooms are judged. */
  restore(_roomKey: string, _alert: Alert): void {}

  consider(_judgement: Judgement): void {}

  /** What a person decided; applied twice, it counts once. */
  reply(_roomKey: string, _id: string, _reply: AlertReply): void {}

  stats(): Record<string, number> {
    return {};
  }

  /** Ends timers, waits for messages on their way. Safe to call twice. */
  stop(): Promise<void> {
    return Promise.resolve();
  }
}
