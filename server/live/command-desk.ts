import { createHash, randomUUID } from "node:crypto";
import type { Bus, Message } from "#contract/bus.ts";
import type { CommandInput, CommandView } from "#contract/api/commands.ts";
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

interface Known {
  view: CommandView;
  key: string;
  deadline: Instant;
  asked: Asked;
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
const MOST_REMEMBERED = 500;

/**
 * What people ask of a device: only where the room's card allows it, once however often it is sent, with a deadline, and
 * noted with who asked and what became of it.
 */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  /** By their ids, oldest first. */
  readonly #known = new Map<string, Known>();
  #unsubscribe: (() => Promise<void>) | undefined;

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#unsubscribe = await this.#options.bus.subscribe(filterOf("result"), (message) => this.#take(message));
  }

  async stop(): Promise<void> {
    for (const { cancel } of this.#known.values()) cancel();
    await this.#unsubscribe?.().catch(() => {});
  }

  /** NOT_FOUND, NOT_ALLOWED where the card does not say that it may be controlled, CONFLICT while a visit is in the room. */
  async give(asked: Asked): Promise<CommandView> {
    const { site, room, device, actor } = asked;
    const key = roomKey(site, room);
    this.#check(asked);
    const id = idOf(asked);
    const known = this.#known.get(id);
    if (known !== undefined) {
      if (
        known.key !== `${key}/${device}` ||
        known.asked.command !== asked.command ||
        known.asked.input !== asked.input
      )
        throw new GreenroomError("CONFLICT", "another command was given under this id");
      return known.view;
    }
    const now = this.#options.clock.now();
    const deadline = later(now, WITHIN[asked.command]);
    const { command, input } = asked;
    const view: CommandView = {
      id,
      device,
      command,
      ...given({ input }),
      state: "asked",
      asked_at: rfc3339(now),
      deadline: rfc3339(deadline),
      by: asked.by,
    };
    const entry: Known = { view, key: `${key}/${device}`, deadline, asked, cancel: () => {} };
    this.#remember(id, entry);
    // Noted before it is done: nothing is done that nobody answers for.
    await this.#options.store.audit
      .add({
        actor,
        action: `device.${command}`,
        subject: entry.key,
        detail: given({ id, input }),
        address: asked.address,
      })
      .catch((error: unknown) => {
        this.#known.delete(id);
        throw error;
      });
    this.#say(entry);
    return entry.view;
  }

  view(site: string, room: string, id: string): CommandView {
    const known = this.#known.get(id);
    if (known === undefined || !known.key.startsWith(`${roomKey(site, room)}/`))
      throw new GreenroomError("NOT_FOUND", `there is no command ${id} in the last ${MOST_REMEMBERED}`);
    return known.view;
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

  /** Asks the agent; again and again until it answers or its time is up. */
  #say(entry: Known): void {
    const { bus, clock, log } = this.#options;
    const { asked, view, deadline } = entry;
    const { site, room, device } = asked;
    const now = clock.now();
    if (now >= deadline) return this.#end(entry, { state: "unanswered", text: "nobody answered in time" });
    const command: Payload<"command"> = {
      id: view.id,
      at: view.asked_at,
      deadline: view.deadline,
      command: asked.command,
      by: asked.by.slice(0, 128),
      ...given({ input: asked.input }),
    };
    publish(bus, "command", { site, room, device }, command).catch((error: unknown) =>
      log.debug({ id: view.id, why: messageOf(error) }, "a command was not taken; it is said again"),
    );
    entry.cancel = clock.after(millis(Math.min(AGAIN, between(now, deadline))), () => this.#say(entry));
  }

  #take({ topic, payload, retained }: Message): void {
    const address = parseTopic(topic);
    if (retained || address?.kind !== "result") return;
    const parsed = parsePayload("result", payload);
    const known = parsed.ok ? this.#known.get(parsed.value.id) : undefined;
    // An answer counts from the device that was asked, once; the gateway's own trials are not ours.
    if (!parsed.ok || known === undefined || known.view.state !== "asked") return;
    if (known.key !== `${roomKey(address.site, address.room ?? "")}/${address.device ?? ""}`) return;
    const { ok, code, text } = parsed.value;
    this.#end(known, { state: ok ? "done" : "failed", ...given({ code, text }) });
  }

  #end(entry: Known, outcome: Pick<CommandView, "state" | "code" | "text">): void {
    const { store, clock, log } = this.#options;
    entry.cancel();
    entry.view = { ...entry.view, ...outcome, ended_at: rfc3339(clock.now()) };
    const { id } = entry.view;
    store.audit
      .add({ actor: "agent", action: `device.${outcome.state}`, subject: entry.key, detail: given({ id, ...outcome }) })
      .catch((error: unknown) => log.warn({ id, why: messageOf(error) }, "what became of a command cannot be noted"));
  }

  #remember(id: string, entry: Known): void {
    this.#known.set(id, entry);
    if (this.#known.size <= MOST_REMEMBERED) return;
    for (const [oldest, { view }] of this.#known) {
      if (view.state === "asked") continue;
      this.#known.delete(oldest);
      return;
    }
    this.#known.delete(id);
    throw new GreenroomError("TOO_FAST", "too many commands wait for their answers");
  }
}

/** What a program sends twice under its own key is one command; nobody else's key can mean it. */
function idOf({ actor, id }: Asked): string {
  if (id === undefined) return randomUUID();
  return `c-${createHash("sha256").update(`${actor}\n${id}`).digest("hex").slice(0, 32)}`;
}
