import type { Clock } from "#contract/clock.ts";
import { roomKey as keyOfRoom } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import type { Alert, AlertReply } from "#contract/messages/alert.ts";
import { between, type Instant, later, millis, type Millis, minutes, seconds } from "#contract/units.ts";
import { Agenda } from "./agenda.ts";
import { AirHandlers } from "./air-handlers.ts";
import { alertId, sharedAlertId } from "./alert-id.ts";
import { AlertWriter } from "./alert-writer.ts";
import { Board } from "./board.ts";
import { conflictsOf } from "./conflicts.ts";
import { isStandby, standbysOf } from "./standby.ts";
import { deskStats } from "./desk-stats.ts";
import { ExplainedIncidents } from "./explained-incidents.ts";
import { explanationOf, factsOf, type NudgedSince, type Room, type Surroundings } from "./facts.ts";
import { at, type Finding, findingOf, type Judgement, type Member, membersOf } from "./finding.ts";
import { farewellOf, farewells } from "./farewell.ts";
import { followed } from "./follow.ts";
import { alertOf, type Incident, incidentKey, Incidents, isOpen, membersOfAlert, newIncident } from "./incident.ts";
import { closesAt, raised, refreshed, reopened, resolved, restored } from "./life.ts";
import { localTime } from "./local-time.ts";
import { type FindAlternatives, Moves } from "./moves.ts";
import type { Notifier } from "./notifier.ts";
import { type AlertPolicy, defaultPolicy, holdDownOf, riskToRaise } from "./policy.ts";
import { decideRaise } from "./raise.ts";
import { applyReply } from "./reply.ts";
import { signatureOf } from "./signature.ts";
import { holdsWordOfEnd } from "./stages/over-budget.ts";
import { firstHeld } from "./stages/pipeline.ts";
import type { Held, MessageFacts } from "./stages/stage.ts";
import { Teller } from "./teller.ts";
import { isShared } from "./topology.ts";
import { trustedUntil } from "./trust.ts";

export type { Judgement } from "./finding.ts";

export interface AlertDeskOptions {
  clock: Clock;
  log: Log;
  /** Puts an alert on the wire, retained. Resolves once it is durable there: no message leaves before. */
  publish(roomKey: string, alert: Alert): Promise<void>;
  /** Takes a closed alert off the wire. */
  remove(roomKey: string, id: string): Promise<void>;
  notifier: Notifier;
  /** Looks for other rooms for a visit; without it, alerts name none. */
  alternatives?: FindAlternatives;
  /** Since when the room's own panel has been asking for what would mend this cause for this visit. */
  nudgedSince?: NudgedSince;
  /** Where the site differs from `defaultPolicy`. */
  policy?: Partial<AlertPolicy>;
}

/** Where no other room is free for a visit, one may be soon. */
const STANDBY_LOOK = minutes(2);
const STOP_WITHIN = seconds(5);
const SHORTEST_WAIT = millis(100);

/**
 * Decides from each judgement of a room which alerts exist, and who is told what and when. Everything happens at a
 * judgement, at a reply, or at the next moment that an incident itself is waiting for; nothing is polled.
 */
export class AlertDesk {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #policy: AlertPolicy;
  readonly #writer: AlertWriter;
  readonly #board: Board;
  readonly #teller: Teller;
  readonly #moves: Moves;
  readonly #nudgedSince: NudgedSince;
  readonly #incidents = new Incidents();
  readonly #rooms = new Map<string, Room>();
  readonly #airHandlers: AirHandlers;
  readonly #explained = new ExplainedIncidents();
  readonly #counts = { raised: 0, reopened: 0, resolved: 0, closed: 0, replies: 0, replies_unknown: 0 };
  #stopped = false;

  constructor(options: AlertDeskOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#policy = { ...defaultPolicy, ...options.policy };
    this.#writer = new AlertWriter(options);
    this.#airHandlers = new AirHandlers(this.#policy);
    this.#nudgedSince = options.nudgedSince ?? (() => undefined);
    this.#moves = new Moves({
      find: options.alternatives,
      demoOf: (roomKey, id) => this.#rooms.get(roomKey)?.demos.find((demo) => demo.id === id),
    });
    this.#board = new Board({
      clock: options.clock,
      policy: this.#policy,
      writer: this.#writer,
      incidents: this.#incidents,
      moves: this.#moves,
    });
    this.#teller = new Teller({
      clock: options.clock,
      log: options.log,
      policy: this.#policy,
      notifier: options.notifier,
      durable: (id) => this.#writer.durable(id),
      update: (incident, alert) => this.#board.put(incident, alert),
      hold: (incident, message) => this.#holdMessage(incident, message),
      again: (incident) => this.#evaluate(incident),
      cardOf: (roomKey) => this.#rooms.get(roomKey)?.card,
    });
  }

  /** Takes back an alert that the wire had kept, before the rooms are judged. What is known already is newer, and stays. */
  restore(roomKey: string, wired: Alert): void {
    if (this.#stopped || this.#incidents.byAlert(wired.id) !== undefined) return;
    const alert = restored(wired);
    const key = incidentKey(roomKey, alert.demo ?? "", alert.cause);
    const rival = this.#incidents.get(key);
    if (rival?.alert !== undefined) {
      const [keep, drop] = rival.alert.at >= alert.at ? [rival.alert, alert] : [alert, rival.alert];
      this.#writer.remove(drop === alert ? roomKey : rival.home, drop.id);
      if (keep === rival.alert) return;
      this.#teller.forget(rival);
      this.#incidents.drop(rival);
    }
    const incident = this.#incidents.add(newIncident(key, roomKey, alert.cause));
    incident.held = { ...alert.held };
    incident.restoredUntil = later(this.#clock.now(), this.#policy.restoreGrace);
    this.#teller.remember(alert);
    this.#board.restore(incident, alert);
    if (isOpen(incident)) for (const member of membersOfAlert(alert)) this.#incidents.join(incident, member);
    if (alert !== wired) this.#board.put(incident, alert);
    this.#evaluate(incident);
  }

  /** A room was judged: its visits join the incidents that endanger them, and leave those that no longer do. */
  consider(judgement: Judgement): void {
    if (this.#stopped) return;
    const now = this.#clock.now();
    const roomKey = keyOfRoom(judgement.site, judgement.room);
    const { card, demos, bookings, windows, readiness } = judgement;
    const known = this.#rooms.get(roomKey);
    const signature = signatureOf(readiness, known?.signature);
    const isSame = known?.signature === signature && known.card === card && known.demos === demos;
    // What waits for the clock alone has its own timers.
    if (isSame && known.windows === windows && known.bookings === bookings) return;
    this.#rooms.set(roomKey, { card, demos, bookings, windows, signature });
    const own = [...membersOf(judgement, now), ...conflictsOf(judgement, now), ...standbysOf(judgement, now)];
    const hasVisit = readiness.demos.length > 0;
    const blamed = this.#airHandlers.suspected(roomKey, { card, hasVisit, members: own, now });
    const members = blamed.own.length === 0 ? own : [...own, ...blamed.own];
    const touched = new Set(this.#incidents.inRoom(roomKey));
    if (members.length === 0 && touched.size === 0) return;
    const stays = new Set<Member>(members);
    for (const member of members) touched.add(this.#join(member));
    for (const member of blamed.others) touched.add(this.#join(member));
    for (const incident of touched) {
      for (const member of incident.members.values()) {
        if (member.roomKey !== roomKey || stays.has(member)) continue;
        this.#incidents.leave(incident, member);
        incident.farewell = farewellOf(member, judgement, now);
      }
      if (!hasRestored(incident)) incident.restoredUntil = undefined;
    }
    for (const incident of inOrder(touched)) this.#evaluate(incident);
  }

  #join(member: Member): Incident {
    const key = incidentKey(member.roomKey, member.demo, member.cause.cause);
    const known = this.#incidents.get(key);
    const incident = known ?? this.#incidents.add(newIncident(key, member.roomKey, member.cause.cause));
    this.#incidents.join(incident, member);
    return incident;
  }

  /** A room was taken away: what endangered its visits is over with it. */
  forget(site: string, room: string): void {
    const roomKey = keyOfRoom(site, room);
    this.#rooms.delete(roomKey);
    this.#airHandlers.forget(roomKey);
    for (const incident of new Set(this.#incidents.inRoom(roomKey))) {
      for (const member of incident.members.values())
        if (member.roomKey === roomKey) this.#incidents.leave(incident, member);
      incident.farewell = "called-off";
      this.#evaluate(incident);
    }
  }

  /** What a person decided; delivered twice, it counts once. */
  reply(_roomKey: string, id: string, reply: AlertReply): void {
    if (this.#stopped) return;
    const incident = this.#incidents.byAlert(id);
    if (incident?.alert === undefined) {
      this.#counts.replies_unknown += 1;
      this.#log.info({ alert: id, reply: reply.reply }, "reply to an alert that is closed or was never there");
      return;
    }
    const alert = applyReply(incident.alert, reply, this.#policy, this.#clock.now());
    if (alert === incident.alert) return;
    this.#counts.replies += 1;
    this.#board.put(incident, alert);
    if (alert.status === "resolved") this.#ended(incident);
    this.#evaluate(incident);
  }

  /** Puts every alert on the wire once more, for a broker that may have forgotten it: what was sent must never be sent again. */
  tellAgain(): void {
    this.#board.tellAgain();
  }

  stats(): Record<string, number> {
    return deskStats({
      incidents: this.#incidents,
      counts: this.#counts,
      held: this.#board.held,
      messages: this.#teller.counts,
      unpublished: this.#writer.waiting,
      rooms_kept: this.#moves.kept(this.#clock.now()),
    });
  }

  /** Ends timers, waits for messages on their way and for the wire (5 s at most). Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const incident of this.#incidents.all()) incident.cancel?.();
    let giveUp = (): void => {};
    const limit = new Promise<void>((resolve) => {
      giveUp = this.#clock.after(STOP_WITHIN, resolve);
    });
    const told = this.#teller.stop().then(() => this.#writer.stop());
    // A message waits for the wire and the wire may never answer: the writer gives up first, then nothing waits.
    await Promise.race([Promise.all([told, this.#writer.stop()]), limit]);
    giveUp();
  }

  /** Everything that is due for an incident now, and the timer for what comes next. */
  #evaluate(incident: Incident): void {
    if (this.#stopped || this.#incidents.get(incident.key) !== incident) return;
    incident.cancel?.();
    incident.cancel = undefined;
    const now = this.#clock.now();
    const agenda = new Agenda();
    if (incident.restoredUntil !== undefined && now < incident.restoredUntil) agenda.add(incident.restoredUntil);
    else {
      incident.restoredUntil = undefined;
      this.#endVisits(incident, now, agenda);
      const finding = findingOf(incident.site, incident.cause, incident.members.values());
      if (isOpen(incident)) this.#follow(incident, finding, agenda);
      else this.#watch(incident, finding, agenda);
    }
    if (agenda.next === undefined) return;
    // Whatever is due now has been done: a moment that has passed must not be waited for again and again.
    const wait = Math.max(between(now, agenda.next), SHORTEST_WAIT) as Millis;
    incident.cancel = this.#clock.after(wait, () => this.#evaluate(incident));
  }

  #endVisits(incident: Incident, now: Instant, agenda: Agenda): void {
    for (const member of incident.members.values()) {
      if (member.end > now) {
        agenda.add(member.end);
        continue;
      }
      this.#incidents.leave(incident, member);
      incident.farewell = "over";
    }
  }

  /** No open alert: raise when waiting no longer pays and nothing holds it back. */
  #watch(incident: Incident, finding: Finding | undefined, agenda: Agenda): void {
    const now = this.#clock.now();
    const policy = this.#policy;
    if (incident.alert !== undefined) {
      const closes = closesAt(incident.alert, policy);
      if (now >= closes) this.#close(incident);
      else {
        agenda.add(closes);
        this.#teller.tell(incident, finding?.members[0], agenda);
      }
    }
    if (finding === undefined) {
      incident.holding.delete("raise");
      if (incident.alert === undefined) {
        this.#incidents.drop(incident);
        this.#release(incident);
      }
      return;
    }
    const isSure = finding.members.some((member) => member.risk >= policy.sureRisk);
    incident.sureSince = isSure ? (incident.sureSince ?? now) : undefined;
    const decisions = finding.members.map((member) => decideRaise(member, incident.sureSince, policy, now));
    if (!decisions.some((decision) => decision.raise)) {
      for (const decision of decisions) if (!decision.raise) agenda.add(decision.lookAgain);
      return;
    }
    const trusted = incident.alert === undefined ? undefined : trustedUntil(incident.alert, finding, policy);
    if (trusted !== undefined && now < trusted) {
      this.#board.noteHeld(incident, "raise", { reason: "trusted", note: "a person said that it is resolved" });
      return agenda.add(trusted);
    }
    const around = this.#around(now);
    const held = firstHeld(factsOf(finding, incident, around));
    this.#board.noteHeld(incident, "raise", held);
    if (held === undefined) {
      // A room that is kept in case is told only where there is one.
      if (!isStandby(finding.cause) || this.#moves.canKeep(finding.members[0], now))
        return this.#raise(incident, finding, agenda);
      return agenda.add(later(now, STANDBY_LOOK));
    }
    agenda.add(held.until);
    this.#waitForOther(incident, finding, around);
  }

  #raise(incident: Incident, finding: Finding, agenda: Agenda): void {
    const now = this.#clock.now();
    const [first] = finding.members;
    incident.goneSince = undefined;
    if (incident.alert === undefined) {
      incident.home = first.roomKey;
      const id = isShared(finding.cause)
        ? sharedAlertId(finding.site, finding.cause, first)
        : alertId(first.roomKey, first.demo, finding.cause);
      this.#counts.raised += 1;
      this.#board.put(incident, raised(finding, id, incident.held, now));
    } else {
      this.#counts.reopened += 1;
      this.#board.put(incident, reopened({ ...incident.alert, held: incident.held }, finding, now));
    }
    this.#follow(incident, finding, agenda);
  }

  /** An open alert: resolve it when its cause has stayed away, otherwise keep it true and escalate on the act-by clock. */
  #follow(incident: Incident, finding: Finding | undefined, agenda: Agenda): void {
    const now = this.#clock.now();
    const policy = this.#policy;
    const leave = riskToRaise(policy, incident.cause) * policy.leaveShare;
    if (finding === undefined || finding.members.every((member) => member.risk < leave)) {
      const farewell = finding === undefined ? incident.farewell : "gone";
      incident.goneSince ??= now;
      const due =
        farewell === "gone" ? later(incident.goneSince, holdDownOf(policy, alertOf(incident).episode ?? 0)) : now;
      if (now < due) return agenda.add(due);
      return this.#resolve(incident, farewells[farewell], agenda);
    }
    incident.goneSince = undefined;
    if (this.#isMovedAway(incident, finding, now)) {
      const when = localTime(finding.members[0].arrival, finding.members[0].zone, now);
      this.#board.put(incident, refreshed(alertOf(incident), finding, this.#policy, now).alert);
      return this.#resolve(incident, `the visit was moved to ${when}, which leaves time`, agenda);
    }
    const before = alertOf(incident);
    const troubledAt = this.#teller.troubledAt(before);
    const { alert, isNews } = followed(before, finding, { now, policy, troubledAt, agenda });
    const offered = this.#moves.offered(alert, finding, now, agenda);
    if (isNews || offered.history !== alert.history) this.#board.put(incident, offered);
    else this.#board.putSoon(incident, offered, agenda);
    this.#teller.tell(incident, finding.members[0], agenda);
  }

  /** The one visit of an alert was moved to a time that needs no alert yet. */
  #isMovedAway(incident: Incident, finding: Finding, now: Instant): boolean {
    const [first] = finding.members;
    const { arrival } = alertOf(incident);
    if (isShared(incident.cause) || arrival === undefined || at(arrival) === first.arrival) return false;
    return !decideRaise(first, incident.sureSince, this.#policy, now).raise;
  }

  #resolve(incident: Incident, reason: string, agenda: Agenda): void {
    const now = this.#clock.now();
    const alert = resolved(alertOf(incident), reason, now);
    incident.sureSince = undefined;
    this.#board.put(incident, alert);
    this.#teller.tell(incident, undefined, agenda);
    this.#ended(incident);
    // When it leaves the wire; and a visit that was only moved may need another alert later.
    agenda.add(later(now, seconds(1)));
  }

  #close(incident: Incident): void {
    this.#counts.closed += 1;
    this.#teller.forget(incident);
    this.#board.close(incident, alertOf(incident));
  }

  /** An alert was resolved: it no longer speaks for others. */
  #ended(incident: Incident): void {
    this.#counts.resolved += 1;
    this.#release(incident);
  }

  /** An incident no longer speaks for others: look at those again. */
  #release(incident: Incident): void {
    for (const other of this.#explained.release(incident)) this.#evaluate(other);
  }

  #waitForOther(incident: Incident, finding: Finding, around: Surroundings): void {
    const other = explanationOf(finding, incident, around)?.incident;
    if (other !== undefined) this.#explained.add(incident, other);
  }

  #holdMessage(incident: Incident, message: MessageFacts): Held | undefined {
    if (message.isOver) {
      const held = holdsWordOfEnd(message);
      this.#board.noteHeld(incident, message.key, held);
      return held;
    }
    const finding = findingOf(incident.site, incident.cause, incident.members.values());
    if (finding === undefined) return undefined;
    const around = this.#around(this.#clock.now());
    const held = firstHeld({ ...factsOf(finding, incident, around), message });
    this.#board.noteHeld(incident, message.key, held);
    this.#waitForOther(incident, finding, around);
    return held;
  }

  #around(now: Instant): Surroundings {
    return {
      now,
      policy: this.#policy,
      rooms: this.#rooms,
      incidents: this.#incidents,
      nudgedSince: this.#nudgedSince,
    };
  }
}

/** Shared causes first, so that what they explain finds them told; then the most urgent, so that it is told for its room. */
function inOrder(incidents: ReadonlySet<Incident>): Iterable<Incident> {
  if (incidents.size < 2) return incidents;
  const places = [...incidents].map((incident) => ({
    incident,
    last: isShared(incident.cause) ? 0 : 1,
    actBy: earliest(incident),
  }));
  return places.toSorted((a, b) => a.last - b.last || a.actBy - b.actBy).map(({ incident }) => incident);
}

function earliest({ members }: Incident): number {
  let first = Number.MAX_SAFE_INTEGER;
  for (const { actBy } of members.values()) if (actBy < first) first = actBy;
  return first;
}

function hasRestored({ members }: Incident): boolean {
  for (const { isRestored } of members.values()) if (isRestored === true) return true;
  return false;
}
