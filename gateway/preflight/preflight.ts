import { createHash } from "node:crypto";
import type { Cancel, Clock } from "#contract/clock.ts";
import { roomKey as keyOfRoom } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import type { Command, CommandResult } from "#contract/messages/edge.ts";
import type { CardDevice, Demo } from "#contract/messages/room.ts";
import { earlier, instant, type Instant, later, millis, parseInstant, rfc3339 } from "#contract/units.ts";
import { Agenda } from "../alerts/agenda.ts";
import { at } from "../alerts/finding.ts";
import { failedSince, gearToTry, type RoomToTry, stateOf, wouldDisturb } from "./gear-to-try.ts";
import { defaultPreflightPolicy, type PreflightPolicy } from "./policy.ts";

/** What trying a device out showed. */
export interface Proof {
  at: Instant;
  ok: boolean;
  text: string;
}

export interface PreflightOptions {
  clock: Clock;
  log: Log;
  /** Asks the device's agent. */
  command: (address: { site: string; room: string; device: string }, command: Command) => void;
  /** Tells the room what was found. */
  proved: (roomKey: string, device: string, proof: Proof) => void;
  policy?: Partial<PreflightPolicy>;
}

/** One device before one visit. */
interface Trial {
  /** How many times it has been tried to the end. */
  runs: number;
  asked: { id: string; deadline: Instant; isRepeated: boolean } | undefined;
  /** `unable`: nobody answered, or it could not be tried: nothing is known. */
  outcome: "passed" | "failed" | "unable" | undefined;
  endedAt: Instant | undefined;
  /** Since it was tried: seen well, and broken after that. */
  wasWell: boolean;
  wasBroken: boolean;
  isHeld: boolean;
}

interface Room {
  view: RoomToTry;
  /** Of which visit. */
  visit: string;
  /** The visit that it was last considered for, and what of the card is tried out for it. */
  demo: Demo;
  gear: readonly CardDevice[];
  trials: Map<string, Trial>;
  /** For when the timer is set. */
  dueAt: number | undefined;
  cancel: Cancel;
}

/** What an agent says when it could not try: of the device nothing is known then. */
const UNABLE = new Set(["NOT_SUPPORTED", "TOO_LATE", "DEVICE_PASSWORD", "DEVICE_REFUSED", "BAD_INPUT", "WRONG_INPUT"]);

/**
 * Tries gear out before a visit, because what sleeps looks well until it is switched on. Asked once, again under the same id
 * when nobody answered; tried again after a failure and after a repair. Only what the room card allows.
 */
export class Preflight {
  readonly #options: PreflightOptions;
  readonly #policy: PreflightPolicy;
  readonly #rooms = new Map<string, Room>();
  readonly #counts = {
    asked: 0,
    repeated: 0,
    passed: 0,
    failed: 0,
    unable: 0,
    unanswered: 0,
    held_in_use: 0,
    strange: 0,
  };
  #isStopped = false;

  constructor(options: PreflightOptions) {
    this.#options = options;
    this.#policy = { ...defaultPreflightPolicy, ...options.policy };
  }

  /** A room was judged. */
  consider(view: RoomToTry): void {
    if (this.#isStopped) return;
    const key = keyOfRoom(view.site, view.room);
    const now = this.#options.clock.now();
    const known = this.#rooms.get(key);
    if (known === undefined && !view.card.devices.some((device) => device.control === true)) return;
    const next = nextVisit(view, now);
    const isSame = known !== undefined && known.demo === next && known.view.card === view.card;
    const gear = next === undefined ? [] : isSame ? known.gear : gearToTry(view.card, next);
    if (next === undefined || gear.length === 0) {
      if (known !== undefined) this.#drop(key, known);
      return;
    }
    const visit = `${next.id} ${next.arrival}`;
    const room = known ?? { view, visit, demo: next, gear, trials: new Map(), dueAt: undefined, cancel: () => {} };
    if (room.visit !== visit) room.trials.clear();
    room.view = view;
    room.visit = visit;
    room.demo = next;
    room.gear = gear;
    if (known === undefined) this.#rooms.set(key, room);
    this.#look(room, next);
  }

  /** An agent answered. */
  result(roomKey: string, device: string, result: CommandResult): void {
    const room = this.#rooms.get(roomKey);
    const trial = room?.trials.get(device);
    if (room === undefined || trial?.asked?.id !== result.id) {
      this.#counts.strange += 1;
      return;
    }
    const isUnable = UNABLE.has(result.code ?? "");
    this.#ended(trial, result.ok ? "passed" : isUnable ? "unable" : "failed");
    const { clock, log, proved } = this.#options;
    const text = result.text ?? result.code ?? "";
    if (trial.outcome === "unable") log.info({ room: roomKey, device, text }, "a device could not be tried out");
    else {
      const heardAt = Math.min(parseInstant(result.at) ?? clock.now(), clock.now()) as Instant;
      proved(roomKey, device, { at: heardAt, ok: result.ok, text: text.slice(0, 160) });
    }
    this.#again(room);
  }

  forget(site: string, room: string): void {
    const key = keyOfRoom(site, room);
    const known = this.#rooms.get(key);
    if (known !== undefined) this.#drop(key, known);
  }

  stats(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.#counts).map(([name, n]) => [`${name}_total`, n]));
  }

  stop(): void {
    this.#isStopped = true;
    for (const { cancel } of this.#rooms.values()) cancel();
  }

  #again(room: Room): void {
    const next = nextVisit(room.view, this.#options.clock.now());
    if (next !== undefined && !this.#isStopped) this.#look(room, next);
  }

  /** Asks for what is due, and sets the timer for what comes next. */
  #look(room: Room, demo: Demo): void {
    const { clock } = this.#options;
    const now = clock.now();
    const agenda = new Agenda();
    const arrival = at(demo.arrival);
    const { before, earliest } = this.#policy;
    const [opens, from] = [earlier(arrival, earliest), earlier(arrival, before)];
    if (now < from) agenda.add(now < opens ? opens : from);
    const gear = demo === room.demo ? room.gear : gearToTry(room.view.card, demo);
    for (const { device } of gear) {
      if (now >= from) this.#try(room, { demo, device, arrival, from }, agenda);
      else if (now >= opens) this.#tryStanding(room, { demo, device }, agenda);
    }
    const dueAt = agenda.next === undefined ? undefined : Math.max(now + 100, agenda.next);
    if (dueAt === room.dueAt) return;
    room.cancel();
    room.dueAt = dueAt;
    if (dueAt === undefined) return;
    room.cancel = clock.after(millis(dueAt - now), () => {
      room.dueAt = undefined;
      this.#again(room);
    });
  }

  #try(
    room: Room,
    { demo, device, arrival, from }: { demo: Demo; device: string; arrival: Instant; from: Instant },
    agenda: Agenda,
  ): void {
    const now = this.#options.clock.now();
    const { again, atLeast } = this.#policy;
    const trial = trialOf(room, device);
    const state = stateOf(room.view, demo.id, device);
    if (this.#isAsked(room, { demo, device, trial }, agenda)) return;
    // What was found of a standing failure long before says nothing of now.
    const outcome = (trial.endedAt ?? from) < from ? undefined : trial.outcome;
    const isMended = outcome !== "failed" && trial.wasBroken && state === "well";
    if (state === "well") trial.wasWell = true;
    if (state === "broken" && trial.wasWell) trial.wasBroken = true;
    const dueAgain = outcome === "failed" ? later(trial.endedAt ?? now, again) : now;
    const isDue = outcome === undefined || outcome === "failed" || isMended;
    if (!isDue || now > earlier(arrival, atLeast)) return;
    if (now < dueAgain) agenda.add(dueAgain);
    else if (!this.#isHeld(room, device, trial)) this.#ask(room, { demo, device, trial }, agenda);
  }

  /** What failed before an earlier visit may have been mended, or healed, without a word: nobody knows until it is tried again. */
  #tryStanding(room: Room, { demo, device }: { demo: Demo; device: string }, agenda: Agenda): void {
    const now = this.#options.clock.now();
    const trial = room.trials.get(device);
    if (trial !== undefined && this.#isAsked(room, { demo, device, trial }, agenda)) return;
    const since = failedSince(room.view, demo.id, device);
    if (since === undefined) return;
    const dueAgain = later(instant(Math.max(since, trial?.endedAt ?? since)), this.#policy.standing);
    if (now < dueAgain) agenda.add(dueAgain);
    else {
      const anew = trialOf(room, device);
      if (!this.#isHeld(room, device, anew)) this.#ask(room, { demo, device, trial: anew, run: rfc3339(now) }, agenda);
    }
  }

  /** Whether an answer is still waited for. One that does not come is asked for once more, under the same id. */
  #isAsked(room: Room, { demo, device, trial }: { demo: Demo; device: string; trial: Trial }, agenda: Agenda): boolean {
    if (trial.asked === undefined) return false;
    if (this.#options.clock.now() < trial.asked.deadline) {
      agenda.add(trial.asked.deadline);
      return true;
    }
    if (!trial.asked.isRepeated) {
      this.#ask(room, { demo, device, trial }, agenda);
      return true;
    }
    this.#counts.unanswered += 1;
    this.#ended(trial, "unable");
    return false;
  }

  /** Whether trying it now would disturb; it is looked at again with the next judgement. */
  #isHeld({ view }: Room, device: string, trial: Trial): boolean {
    const isHeld = wouldDisturb(view, device);
    if (isHeld && !trial.isHeld) this.#counts.held_in_use += 1;
    trial.isHeld = isHeld;
    return isHeld;
  }

  #ask(
    room: Room,
    { demo, device, trial, run = String(trial.runs) }: { demo: Demo; device: string; trial: Trial; run?: string },
    agenda: Agenda,
  ): void {
    const { clock, command } = this.#options;
    const now = clock.now();
    const { site, room: name } = room.view;
    const isRepeated = trial.asked !== undefined;
    const deadline = later(now, this.#policy.within);
    // The same visit and run have the same id, also after a restart: an agent that has done it only answers again.
    const id = trial.asked?.id ?? idOf(site, name, device, demo.id, demo.arrival, run);
    trial.asked = { id, deadline, isRepeated };
    trial.wasWell = false;
    trial.wasBroken = false;
    this.#counts[isRepeated ? "repeated" : "asked"] += 1;
    agenda.add(deadline);
    const order: Command = { id, at: rfc3339(now), deadline: rfc3339(deadline), command: "preflight", by: "gateway" };
    command({ site, room: name, device }, order);
  }

  #ended(trial: Trial, outcome: "passed" | "failed" | "unable"): void {
    trial.asked = undefined;
    trial.runs += 1;
    trial.outcome = outcome;
    trial.endedAt = this.#options.clock.now();
    this.#counts[outcome] += 1;
  }

  #drop(key: string, room: Room): void {
    room.cancel();
    this.#rooms.delete(key);
  }
}

function trialOf({ trials }: Room, device: string): Trial {
  let trial = trials.get(device);
  if (trial === undefined) {
    trial = {
      runs: 0,
      asked: undefined,
      outcome: undefined,
      endedAt: undefined,
      wasWell: false,
      wasBroken: false,
      isHeld: false,
    };
    trials.set(device, trial);
  }
  return trial;
}

function nextVisit({ demos }: RoomToTry, now: Instant): Demo | undefined {
  let next: Demo | undefined;
  for (const demo of demos) if (at(demo.arrival) > now && (next === undefined || isBefore(demo, next))) next = demo;
  return next;
}

const isBefore = (a: Demo, b: Demo): boolean =>
  at(a.arrival) < at(b.arrival) || (at(a.arrival) === at(b.arrival) && a.id < b.id);

const idOf = (...parts: string[]): string =>
  `pf-${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24)}`;
