import type { Cancel, Clock } from "#contract/clock.ts";
import { roomKey as keyOfRoom } from "#contract/ids.ts";
import type { Nudge } from "#contract/messages/alert.ts";
import { type Instant, millis, rfc3339 } from "#contract/units.ts";
import { at } from "../alerts/finding.ts";
import { decideNudge, gistOf, type NudgePhase, type NudgeWanted, type RoomToNudge } from "./decide-nudge.ts";
import { defaultNudgePolicy, type NudgePolicy } from "./policy.ts";

export interface NudgerOptions {
  clock: Clock;
  /** Puts a word on the room's panel, retained. */
  say(room: { site: string; room: string }, nudge: Nudge): void;
  /** Takes it away. */
  unsay(room: { site: string; room: string }): void;
  policy?: Partial<NudgePolicy>;
}

/** What a panel shows, and since when it has been asking for this. */
interface Shown {
  nudge: Nudge;
  phase: NudgePhase;
  phaseSince: Instant;
}

interface Panel {
  view: RoomToNudge | undefined;
  /** What was looked at last, and until when the answer stands. */
  gist: string;
  shown: Shown | undefined;
  dueAt: Instant | undefined;
  cancel: Cancel;
}

/** Puts friendly words on the panels of rooms before a visit, again when they did not help, and takes them back when they are moot. */
export class Nudger {
  readonly #options: NudgerOptions;
  readonly #policy: NudgePolicy;
  readonly #panels = new Map<string, Panel>();
  readonly #counts = { wrap_up: 0, reset_visit: 0, taken_back: 0 };
  #isStopped = false;

  constructor(options: NudgerOptions) {
    this.#options = options;
    this.#policy = { ...defaultNudgePolicy, ...options.policy };
  }

  /** A panel still shows what an earlier run put there: it is not said twice, and taken back when it is moot. */
  restore(site: string, room: string, nudge: Nudge): void {
    const panel = this.#panel(keyOfRoom(site, room));
    if (panel.view !== undefined || panel.shown !== undefined) return;
    const phase = nudge.nudge === "reset_visit" ? "reset" : "before";
    panel.shown = { nudge, phase, phaseSince: at(nudge.at) };
    this.#wakeAt(panel, { site, room }, at(nudge.until));
  }

  /** A room was judged. */
  consider(view: RoomToNudge): void {
    if (this.#isStopped) return;
    const key = keyOfRoom(view.site, view.room);
    const known = this.#panels.get(key);
    if (view.readiness.demos.length === 0 && known?.shown === undefined) {
      if (known !== undefined) this.#drop(key, known);
      return;
    }
    const panel = known ?? this.#panel(key);
    const gist = gistOf(view);
    const { view: before } = panel;
    const isSame = panel.gist === gist && before?.demos === view.demos && before.bookings === view.bookings;
    // What the clock alone changes has its own timer.
    if (isSame && before.card === view.card) return;
    Object.assign(panel, { view, gist });
    this.#look(panel, view);
  }

  /** The room is no longer on the wire. */
  forget(site: string, room: string): void {
    const key = keyOfRoom(site, room);
    const panel = this.#panels.get(key);
    if (panel === undefined) return;
    this.#take(panel, { site, room });
    this.#drop(key, panel);
  }

  /** Since when those in the room have been asked, in this phase; `undefined` when the panel does not ask for it now. */
  askedSince(roomKey: string, demo: string, nudge: Nudge["nudge"]): Instant | undefined {
    const shown = this.#panels.get(roomKey)?.shown;
    return shown?.nudge.nudge === nudge && shown.nudge.demo === demo ? shown.phaseSince : undefined;
  }

  /** Says everything once more, to a broker that may have forgotten it. */
  tellAgain(): void {
    for (const { view, shown } of this.#panels.values())
      if (view !== undefined && shown !== undefined) this.#options.say(view, shown.nudge);
  }

  stats(): Record<string, number> {
    const { wrap_up, reset_visit, taken_back } = this.#counts;
    let showing = 0;
    for (const { shown } of this.#panels.values()) if (shown !== undefined) showing += 1;
    return { showing, wrap_up_total: wrap_up, reset_visit_total: reset_visit, taken_back_total: taken_back };
  }

  stop(): void {
    this.#isStopped = true;
    for (const { cancel } of this.#panels.values()) cancel();
  }

  #look(panel: Panel, view: RoomToNudge): void {
    const now = this.#options.clock.now();
    const { wanted, lookAgain } = decideNudge(view, this.#policy, now);
    if (wanted === undefined) this.#take(panel, view);
    else this.#show(panel, view, wanted);
    this.#wakeAt(panel, view, lookAgain);
  }

  #show(panel: Panel, { site, room }: RoomToNudge, wanted: NudgeWanted): void {
    const now = this.#options.clock.now();
    const { shown } = panel;
    const isSame = shown?.nudge.nudge === wanted.nudge && shown.nudge.demo === wanted.demo;
    const phaseSince = isSame && shown.phase === wanted.phase ? shown.phaseSince : now;
    const until = rfc3339(wanted.until);
    if (isSame && at(shown.nudge.at) >= wanted.since && shown.nudge.until === until) {
      panel.shown = { ...shown, phase: wanted.phase, phaseSince };
      return;
    }
    const nudge: Nudge = { at: rfc3339(now), until, demo: wanted.demo, nudge: wanted.nudge, text: wanted.text };
    panel.shown = { nudge, phase: wanted.phase, phaseSince };
    this.#counts[wanted.nudge] += 1;
    this.#options.say({ site, room }, nudge);
  }

  #take(panel: Panel, { site, room }: { site: string; room: string }): void {
    if (panel.shown === undefined) return;
    panel.shown = undefined;
    this.#counts.taken_back += 1;
    this.#options.unsay({ site, room });
  }

  #wakeAt(panel: Panel, room: { site: string; room: string }, due: Instant | undefined): void {
    if (due === panel.dueAt) return;
    panel.cancel();
    panel.dueAt = due;
    if (due === undefined) return;
    panel.cancel = this.#options.clock.after(millis(Math.max(0, due - this.#options.clock.now())), () => {
      panel.dueAt = undefined;
      if (panel.view !== undefined) this.#look(panel, panel.view);
      // Its room was never judged since the restart, and its time is over.
      else this.#take(panel, room);
    });
  }

  #panel(key: string): Panel {
    let panel = this.#panels.get(key);
    if (panel === undefined) {
      panel = { view: undefined, gist: "", shown: undefined, dueAt: undefined, cancel: () => {} };
      this.#panels.set(key, panel);
    }
    return panel;
  }

  #drop(key: string, panel: Panel): void {
    panel.cancel();
    this.#panels.delete(key);
  }
}
