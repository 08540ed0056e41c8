import { type Clock, sleep } from "#contract/clock.ts";
import { type Millis, seconds } from "#contract/units.ts";
import { DeviceFailure } from "../device-failure.ts";
import type { Obeyed, Order } from "../driver.ts";
import { parseErrors, parsePower, SOURCE_PATTERN } from "./lines.ts";
import type { EscVp21Session } from "./session.ts";

export interface ObeyContext {
  open: () => Promise<EscVp21Session>;
  clock: Clock;
  signal: AbortSignal;
  /** The source that demos use, where it is known. */
  wantedSource: string | undefined;
}

/** Lamps need half a minute to two minutes; asking more often only disturbs. */
const LOOK_EVERY: Millis = seconds(3);

/** Has a projector do what it is asked, and reports what it found. Rejects with DeviceFailure only. */
export async function obey(order: Order, context: ObeyContext): Promise<Obeyed> {
  switch (order.command) {
    case "preflight":
      return preflight(context);
    case "power_on":
      return (await wake(context)) ?? { ok: true };
    case "power_off":
      return switchOff(context);
    default:
      return select(order.input, context);
  }
}

/** Wakes it where it sleeps, reads its own error report, tries the source, and leaves it as it was. */
async function preflight(context: ObeyContext): Promise<Obeyed> {
  const { wantedSource } = context;
  const before = await within(context, powerOf);
  const failed = await wake(context);
  if (failed !== undefined) return failed;
  const found =
    (await within(context, faultOf)) ?? (wantedSource === undefined ? undefined : await select(wantedSource, context));
  const wasAsleep = before === "standby" || before === "cooling";
  if (wasAsleep) await switchOff(context);
  if (found?.ok === false) return found;
  return {
    ok: true,
    text: wasAsleep ? "it woke, reports no error, and sleeps again" : "it is on and reports no error",
  };
}

/** Switches on and waits until the picture can be there; `undefined` when it is. A session each look: others want it meanwhile. */
async function wake(context: ObeyContext): Promise<Obeyed | undefined> {
  let wasWarming = false;
  for (;;) {
    const power = await within(context, powerOf);
    if (power === "on") return undefined;
    // What falls asleep again while it warms up has a reason, which its error report may tell.
    if (power === "standby" && wasWarming)
      return (await within(context, faultOf)) ?? { ok: false, code: "WAKE_FAILED", text: "it did not come on" };
    // Refused while it still cools down: it is asked again.
    if (power === "standby") wasWarming = await within(context, (session) => session.order("PWR ON"));
    if (power === "warming") wasWarming = true;
    await sleep(context.clock, LOOK_EVERY);
    if (context.signal.aborted)
      return { ok: false, code: "WAKE_FAILED", text: `it was still ${power} when time was up` };
  }
}

/** Nothing is said after it: a projector that is asked while it begins to cool down may hang its network. */
async function switchOff(context: ObeyContext): Promise<Obeyed> {
  const isTaken = await within(context, (session) => session.order("PWR OFF"));
  return isTaken ? { ok: true } : { ok: false, code: "DEVICE_REFUSED", text: "refuses to switch off: not now" };
}

async function select(source: string | undefined, context: ObeyContext): Promise<Obeyed> {
  if (source === undefined || !SOURCE_PATTERN.test(source))
    return { ok: false, code: "BAD_INPUT", text: 'a source is called as "30" (HDMI 1)' };
  return within(context, async (session): Promise<Obeyed> => {
    if (!(await session.order(`SOURCE ${source}`)))
      return { ok: false, code: "DEVICE_REFUSED", text: `refuses source ${source}: it has none, or not now` };
    const shown = await session.ask("SOURCE");
    return shown === undefined || shown === source
      ? { ok: true }
      : { ok: false, code: "WRONG_INPUT", text: `it stays on source ${shown.slice(0, 8)}` };
  });
}

async function within<T>({ open }: ObeyContext, work: (session: EscVp21Session) => Promise<T>): Promise<T> {
  const session = await open();
  try {
    return await work(session);
  } finally {
    session.end();
  }
}

async function powerOf(session: EscVp21Session): Promise<string> {
  const power = parsePower((await session.ask("PWR")) ?? "");
  if (power === undefined) throw new DeviceFailure("DEVICE_GARBAGE", "did not tell its power", { answers: true });
  return power.state;
}

/** What it reports as broken itself; a clogged filter stops no demo. */
async function faultOf(session: EscVp21Session): Promise<Obeyed | undefined> {
  const errors = parseErrors((await session.ask("ERR")) ?? "00") ?? [];
  const broken = errors.filter(({ part }) => part !== "filter").map(({ text }) => text);
  return broken.length === 0
    ? undefined
    : { ok: false, code: "DEVICE_FAULT", text: `it reports: ${broken.join("; ")}` };
}
