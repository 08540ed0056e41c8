import type { Clock } from "#contract/clock.ts";
import type { Alert } from "#contract/messages/alert.ts";
import { later, rfc3339 } from "#contract/units.ts";
import type { Agenda } from "./agenda.ts";
import type { AlertWriter } from "./alert-writer.ts";
import { record } from "./history.ts";
import type { Incident, Incidents } from "./incident.ts";
import { withoutHolds } from "./life.ts";
import type { Moves } from "./moves.ts";
import type { AlertPolicy } from "./policy.ts";
import type { Held } from "./stages/stage.ts";

export interface BoardOptions {
  clock: Clock;
  policy: AlertPolicy;
  writer: AlertWriter;
  incidents: Incidents;
  moves: Moves;
}

/** Each incident's alert as everybody sees it: what is news goes to the wire at once, what only moves a figure when it may. */
export class Board {
  readonly #options: BoardOptions;
  readonly held = new Map<string, number>();

  constructor(options: BoardOptions) {
    this.#options = options;
  }

  put(incident: Incident, alert: Alert): void {
    const { clock, incidents, moves, writer } = this.#options;
    const now = clock.now();
    const stamped = { ...(alert.status === "resolved" ? withoutHolds(alert) : alert), at: rfc3339(now) };
    incidents.setAlert(incident, stamped);
    moves.note(stamped);
    incident.publishedAt = now;
    incident.isUnpublished = false;
    writer.put(incident.home, stamped);
  }

  /** A figure has moved: published with the next news, or when the last publication is a minute old. */
  putSoon(incident: Incident, alert: Alert, agenda: Agenda): void {
    const { clock, incidents, policy } = this.#options;
    const now = clock.now();
    if (alert !== incident.alert) {
      incidents.setAlert(incident, alert);
      incident.isUnpublished = true;
    }
    if (!incident.isUnpublished) return;
    const due = later(incident.publishedAt ?? now, policy.quietChange);
    if (now >= due) this.put(incident, alert);
    else agenda.add(due);
  }

  /** Takes back what the wire had kept. */
  restore(incident: Incident, alert: Alert): void {
    this.#options.incidents.setAlert(incident, alert);
    this.#options.moves.note(alert);
  }

  /** Says for the last time what became of it, and takes it off the wire. */
  close(incident: Incident, alert: Alert): void {
    const { clock, incidents, moves, writer } = this.#options;
    this.put(incident, record(alert, clock.now(), { event: "closed" }));
    writer.remove(incident.home, alert.id);
    moves.forget(alert.id);
    incidents.forgetAlert(incident);
  }

  /** Counts a hold-back once, when it begins, and shows it in the alert. */
  noteHeld(incident: Incident, what: string, held: Held | undefined): void {
    const before = incident.holding.get(what);
    if (held === undefined) incident.holding.delete(what);
    if (held === undefined || before === held.reason) return;
    incident.holding.set(what, held.reason);
    incident.held[held.reason] = (incident.held[held.reason] ?? 0) + 1;
    this.held.set(held.reason, (this.held.get(held.reason) ?? 0) + 1);
    if (incident.alert === undefined) return;
    const alert = { ...incident.alert, held: { ...incident.held } };
    const note = `${held.reason}: ${held.note}`;
    this.put(incident, record(alert, this.#options.clock.now(), { event: "held", note }));
  }

  tellAgain(): void {
    const { incidents, writer } = this.#options;
    for (const { home, alert } of incidents.all()) if (alert !== undefined) writer.put(home, alert);
  }
}
