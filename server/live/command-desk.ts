import { createHash, randomUUID } from "node:crypto";
import type { Bus, Message } from "#contract/bus.ts";
import { CommandInput, type CommandView } from "#contract/api/commands.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { roomKey } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import {
  between,
  instant,
  type Instant,
  later,
  millis,
  type Millis,
  minutes,
  rfc3339,
  seconds,
} from "#contract/units.ts";
import { filterOf, parsePayload, parseTopic, type Payload, publish } from "#contract/wire.ts";
import type { Planner } from "../planning/planner.ts";
import type { CommandEnd, CommandRow } from "../store/commands.ts";
import type { Store } from "../store/open-store.ts";
import { given } from "../store/present.ts";

export interface CommandDeskOptions {
  bus: Bus;
  clock: Clock;
  log: Log;
  store: Store;
  planner: Planner;
}

export interface Asked extends CommandInput {
  site: string;
  room: string;
  device: string;
  /** The name that the agent's log tells. */
  by: string;
  /** As the audit log knows them. */
  actor: string;
  address: string;
}

/** A command that waits for its answer. */
interface Waiting {
  row: CommandRow;
  cancel: Cancel;
}

/** How long a device has: a lamp needs a minute or two to show what it reports. */
const WITHIN: Readonly<Record<CommandInput["command"], Millis>> = {
  preflight: minutes(5),
  power_on: minutes(2),
  power_off: minutes(1),
  select_input: minutes(1),
};
/** Without an answer it is said again, under the same id: an agent that has done it only answers again. */
const AGAIN: Millis = seconds(10);
const MOST_WAITING = 500;

/**
 * What people ask of a device: only where the room's card allows it, once however often it is sent, with a deadline, and
 * noted with who asked and what became of it. What waits for its answer waits on after a restart, with its deadline.
 */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  /** By their ids. */
  readonly #waiting = new Map<string, Waiting>();
  /** What came while one of the same id was being noted is that one. */
  readonly #noting = new Map<string, Promise<CommandRow>>();
  #unsubscribe: (() => Promise<void>) | undefined;
  #isStopped = false;

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#unsubscribe = await this.#options.bus.subscribe(filterOf("result"), (message) => this.#take(message));
    for (const row of await this.#options.store.commands.open()) this.#await(row);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { cancel } of this.#waiting.values()) cancel();
    await this.#unsubscribe?.().catch(() => {});
  }

  /** NOT_FOUND, NOT_ALLOWED where the card does not say that it may be controlled, CONFLICT while a visit is in the room. */
  async give(asked: Asked): Promise<CommandView> {
    this.#check(asked);
    const id = idOf(asked);
    const known = (await this.#noting.get(id)) ?? (await this.#options.store.commands.find(id));
    if (known !== undefined) return viewOf(same(known, asked));
    // Another may have come while the store was asked.
    const noting = this.#noting.get(id) ?? this.#note(id, asked);
    this.#noting.set(id, noting);
    try {
      return viewOf(same(await noting, asked));
    } finally {
      this.#noting.delete(id);
    }
  }

  async view(site: string, room: string, id: string): Promise<CommandView> {
    const row = await this.#options.store.commands.find(id);
    if (row === undefined || row.site !== site || row.room !== room)
      throw new GreenroomError("NOT_FOUND", `there is no command ${id}`);
    return viewOf(row);
  }

  #check({ site, room, device, command, input, during_visit }: Asked): void {
    const { planner, clock } = this.#options;
    const key = roomKey(site, room);
    const plan = planner.plans.get(key);
    const gear = plan?.card.devices.find((one) => one.device === device);
    if (plan === undefined || gear === undefined)
      throw new GreenroomError("NOT_FOUND", `there is no device ${key}/${device}`);
    if (gear.control !== true)
      throw new GreenroomError("NOT_ALLOWED", `the card of ${key} does not say that ${device} may be controlled`);
    if ((command === "select_input") !== (input !== undefined))
      throw new GreenroomError("INPUT_INVALID", "an input is named with select_input, and only then");
    const now = clock.now();
    const visit = plan.demos.find((demo) => demo.start_ms <= now && demo.end_ms > now);
    if (visit !== undefined && command !== "power_on" && during_visit !== true)
      throw new GreenroomError(
        "CONFLICT",
        `a visit is in ${key} until ${rfc3339(instant(visit.end_ms))}; say during_visit to do it all the same`,
      );
  }

  /** Noted before it is done: nothing is done that nobody answers for. */
  async #note(id: string, asked: Asked): Promise<CommandRow> {
    if (this.#waiting.size >= MOST_WAITING)
      throw new GreenroomError("TOO_FAST", "too many commands wait for their answers");
    const { clock, store } = this.#options;
    const { site, room, device, command, input, by, actor, address } = asked;
    const now = clock.now();
    const row: CommandRow = {
      id,
      site,
      room,
      device,
      command,
      ...given({ input }),
      state: "asked",
      asked_by: by.slice(0, 128),
      asked_ms: now,
      deadline_ms: later(now, WITHIN[command]),
    };
    const subject = subjectOf(row);
    await store.transaction(async (all) => {
      await all.commands.add(row);
      await all.audit.add({ actor, action: `device.${command}`, subject, detail: given({ id, input }), address });
    });
    this.#await(row);
    return row;
  }

  #await(row: CommandRow): void {
    if (this.#isStopped) return;
    const waiting: Waiting = { row, cancel: () => {} };
    this.#waiting.set(row.id, waiting);
    this.#say(waiting);
  }

  /** Asks the agent; again and again until it answers or its time is up. */
  #say(waiting: Waiting): void {
    const { bus, clock, log } = this.#options;
    const { row } = waiting;
    const now = clock.now();
    const deadline = instant(row.deadline_ms);
    if (now >= deadline) return this.#end(waiting, { state: "unanswered", text: "nobody answered in time" });
    const { site, room, device } = row;
    publish(bus, "command", { site, room, device }, commandOf(row)).catch((error: unknown) =>
      log.debug({ id: row.id, why: messageOf(error) }, "a command was not taken; it is said again"),
    );
    waiting.cancel = clock.after(millis(Math.min(AGAIN, between(now, deadline))), () => this.#say(waiting));
  }

  #take({ topic, payload, retained }: Message): void {
    const address = parseTopic(topic);
    if (retained || address?.kind !== "result") return;
    const parsed = parsePayload("result", payload);
    const waiting = parsed.ok ? this.#waiting.get(parsed.value.id) : undefined;
    // An answer counts from the device that was asked, once; the gateway's own trials are not ours.
    if (!parsed.ok || waiting === undefined) return;
    const { site, room, device } = waiting.row;
    if (address.site !== site || address.room !== room || address.device !== device) return;
    const { ok, code, text } = parsed.value;
    this.#end(waiting, { state: ok ? "done" : "failed", ...given({ code, text }) });
  }

  #end({ row, cancel }: Waiting, outcome: Omit<CommandEnd, "ended_ms">): void {
    const { store, clock, log } = this.#options;
    const { id } = row;
    cancel();
    this.#waiting.delete(id);
    const end = { ...outcome, ended_ms: clock.now() };
    const detail = given({ id, ...outcome });
    store
      .transaction(async (all) => {
        await all.commands.end(id, end);
        await all.audit.add({ actor: "agent", action: `device.${outcome.state}`, subject: subjectOf(row), detail });
      })
      .catch((error: unknown) => log.warn({ id, why: messageOf(error) }, "what became of a command cannot be noted"));
  }
}

/** The command that is known under an id, where it is what is asked for now. */
function same(known: CommandRow, asked: Asked): CommandRow {
  const names = ["site", "room", "device", "command", "input"] as const;
  if (names.some((name) => known[name] !== asked[name]))
    throw new GreenroomError("CONFLICT", "another command was given under this id");
  return known;
}

const subjectOf = ({ site, room, device }: CommandRow): string => `${roomKey(site, room)}/${device}`;
const at = (ms: number): Instant => instant(ms);

const commandOf = ({ id, asked_ms, deadline_ms, command, asked_by, input }: CommandRow): Payload<"command"> => ({
  id,
  at: rfc3339(at(asked_ms)),
  deadline: rfc3339(at(deadline_ms)),
  command: CommandInput.shape.command.parse(command),
  by: asked_by,
  ...given({ input }),
});

const viewOf = ({ device, state, ended_ms, code, text, ...row }: CommandRow): CommandView => ({
  id: row.id,
  device,
  command: CommandInput.shape.command.parse(row.command),
  ...given({ input: row.input }),
  state: state as CommandView["state"],
  asked_at: rfc3339(at(row.asked_ms)),
  deadline: rfc3339(at(row.deadline_ms)),
  ...(ended_ms !== undefined && { ended_at: rfc3339(at(ended_ms)) }),
  by: row.asked_by,
  ...given({ code, text }),
});

/** What a program sends twice under its own key is one command; nobody else's key can mean it. */
function idOf({ actor, id }: Asked): string {
  if (id === undefined) return randomUUID();
  return `c-${createHash("sha256").update(`${actor}\n${id}`).digest("hex").slice(0, 32)}`;
}
