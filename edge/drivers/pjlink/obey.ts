import { type Clock, sleep } from "#contract/clock.ts";
import { type Millis, seconds } from "#contract/units.ts";
import type { Obeyed, Order } from "../driver.ts";
import { type Answer, INPUT_PATTERN, parseHealth, parseInput, parsePower, readableText } from "./lines.ts";
import { PjlinkFailure, type PjlinkSession } from "./session.ts";

export interface ObeyContext {
  session: PjlinkSession;
  clock: Clock;
  signal: AbortSignal;
  /** The input that demos use, where it is known. */
  wantedInput: string | undefined;
  /** Class 2 knows more inputs, and their names. */
  class: 1 | 2;
}

/** Lamps need half a minute to two minutes; asking more often only disturbs. */
const LOOK_EVERY: Millis = seconds(3);

/** Has a display do what it is asked, and reports what it found. Rejects with PjlinkFailure only. */
export async function obey(order: Order, context: ObeyContext): Promise<Obeyed> {
  switch (order.command) {
    case "preflight":
      return preflight(context);
    case "power_on":
      return (await wake(context)) ?? { ok: true };
    case "power_off":
      return sleepNow(context);
    default:
      return select(order.input, context);
  }
}

/** Wakes it where it sleeps, reads its own error report, tries the input, and leaves it as it was. */
async function preflight(context: ObeyContext): Promise<Obeyed> {
  const { session, wantedInput } = context;
  const before = await powerOf(session);
  const failed = await wake(context);
  if (failed !== undefined) return failed;
  const found =
    (await faultOf(session)) ?? (wantedInput === undefined ? undefined : await select(wantedInput, context));
  const wasAsleep = before === "standby" || before === "cooling";
  if (wasAsleep) await session.ask("POWR", "0");
  if (found?.ok === false) return found;
  return {
    ok: true,
    text: wasAsleep ? "it woke, reports no error, and sleeps again" : "it is on and reports no error",
  };
}

/** Switches on and waits until the picture can be there; `undefined` when it is. */
async function wake({ session, clock, signal }: ObeyContext): Promise<Obeyed | undefined> {
  let wasWarming = false;
  for (;;) {
    const power = await powerOf(session);
    if (power === "on") return undefined;
    // What falls asleep again while it warms up has a reason, which its error report may tell.
    if (power === "standby" && wasWarming)
      return (await faultOf(session)) ?? { ok: false, code: "WAKE_FAILED", text: "it did not come on" };
    if (power === "standby") {
      const answer = await session.ask("POWR", "1");
      // ERR3: not now. It may still be cooling down.
      if (!answer.ok && answer.error !== "ERR3") return refusal(answer, "to switch on");
      wasWarming = answer.ok;
    }
    if (power === "warming") wasWarming = true;
    // The connection is for others to have meanwhile.
    session.end();
    await sleep(clock, LOOK_EVERY);
    if (signal.aborted) return { ok: false, code: "WAKE_FAILED", text: `it was still ${power} when time was up` };
  }
}

/** Switches off. What sleeps or cools down already does what it was told; what warms up takes no order until it has. */
async function sleepNow({ session, clock, signal }: ObeyContext): Promise<Obeyed> {
  for (;;) {
    const power = await powerOf(session);
    if (power === "standby" || power === "cooling") return { ok: true };
    const answer = power === "on" ? await session.ask("POWR", "0") : undefined;
    if (answer?.ok === true) return { ok: true };
    if (answer !== undefined && answer.error !== "ERR3") return refusal(answer, "to switch off") ?? { ok: false };
    // The connection is for others to have meanwhile.
    session.end();
    await sleep(clock, LOOK_EVERY);
    if (signal.aborted) return { ok: false, code: "DEVICE_REFUSED", text: `it was still ${power} when time was up` };
  }
}

async function powerOf(session: PjlinkSession): Promise<string> {
  const answer = await session.ask("POWR");
  const power = answer.ok ? parsePower(answer.value) : undefined;
  if (power === undefined) throw new PjlinkFailure("garbage", "did not tell its power");
  return power;
}

/** What it reports as broken itself; warnings are told by the polls. */
async function faultOf(session: PjlinkSession): Promise<Obeyed | undefined> {
  const answer = await session.ask("ERST");
  const health = answer.ok ? parseHealth(answer.value) : undefined;
  const broken = Object.entries(health ?? {}).flatMap(([part, state]) =>
    state === "error" && part !== "filter_health" ? part.replace("_health", "") : [],
  );
  if (broken.length === 0) return undefined;
  return { ok: false, code: "DEVICE_FAULT", text: `it reports an error: ${broken.join(", ")}` };
}

async function select(input: string | undefined, context: ObeyContext): Promise<Obeyed> {
  const { session } = context;
  if (input === undefined || !INPUT_PATTERN.test(input))
    return { ok: false, code: "BAD_INPUT", text: 'an input is called as "31" (digital 1)' };
  const refused = refusal(await session.ask("INPT", input, context.class), `input ${input}`);
  if (refused !== undefined) return refused;
  const answer = await session.ask("INPT", "?", context.class);
  const shown = answer.ok ? parseInput(answer.value) : undefined;
  return shown === undefined || shown === input
    ? { ok: true }
    : { ok: false, code: "WRONG_INPUT", text: `it stays on input ${shown}${await nameOf(shown, context)}` };
}

/** As the device's own menu calls it: " (Computer)". */
async function nameOf(input: string, { session, class: ofClass }: ObeyContext): Promise<string> {
  if (ofClass !== 2) return "";
  const answer = await session.ask("INNM", `?${input}`, 2);
  const name = answer.ok ? readableText(answer.value) : "";
  return name === "" ? "" : ` (${name})`;
}

const REASONS = {
  ERR1: "it cannot",
  ERR2: "it has no such thing",
  ERR3: "not now",
  ERR4: "it says that it is broken",
  ERRA: "the password is wrong",
} as const;

const refusal = (answer: Answer, what: string): Obeyed | undefined =>
  answer.ok ? undefined : { ok: false, code: "DEVICE_REFUSED", text: `refuses ${what}: ${REASONS[answer.error]}` };
