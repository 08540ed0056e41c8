import { type Clock, sleep } from "#contract/clock.ts";
import { type Millis, seconds } from "#contract/units.ts";
import type { Obeyed, Order } from "../driver.ts";
import type { XapiSession } from "./session.ts";
import { metricsOf, troublesOf } from "./status.ts";

export interface ObeyContext {
  session: XapiSession;
  clock: Clock;
  signal: AbortSignal;
  testCall: string | undefined;
}

const LOOK_EVERY: Millis = seconds(1);
/** A test call that is not up by then is not up. */
const CALL_WITHIN_LOOKS = 10;

/** Has a codec do what it is asked. Rejects with XapiFailure, XapiRefusal or XapiGarbage only. */
export async function obey(order: Order, context: ObeyContext): Promise<Obeyed> {
  const { session } = context;
  switch (order.command) {
    case "preflight":
      return preflight(context);
    case "power_on":
      await session.ask("xCommand/Standby/Deactivate", {});
      return { ok: true };
    case "power_off":
      await session.ask("xCommand/Standby/Activate", {});
      return { ok: true };
    default:
      return { ok: false, code: "NOT_SUPPORTED", text: "a codec has no input that demos use" };
  }
}

/** Wakes it, reads its own diagnostics and registration, places the test call, and lets it sleep again if it slept. */
async function preflight(context: ObeyContext): Promise<Obeyed> {
  const { session } = context;
  const wasAsleep = (await read(context, ["Standby"]))["power_state"] === "standby";
  if (wasAsleep) await session.ask("xCommand/Standby/Deactivate", {});
  const found = (await faultOf(context)) ?? (await tryCall(context));
  if (wasAsleep) await session.ask("xCommand/Standby/Activate", {});
  return (
    found ?? { ok: true, text: wasAsleep ? "it woke, is registered, and sleeps again" : "it is registered and well" }
  );
}

async function faultOf(context: ObeyContext): Promise<Obeyed | undefined> {
  const { session } = context;
  const registered = {
    ...(await read(context, ["Webex", "Status"])),
    ...((await read(context, ["Webex", "Status"]))["registered"] === true
      ? {}
      : await read(context, ["SIP", "Registration"])),
  }["registered"];
  if (registered !== true) return { ok: false, code: "NOT_REGISTERED", text: "it is not registered for calls" };
  const messages = await session.ask("xGet", { Path: ["Status", "Diagnostics", "Message"] }).catch(() => []);
  const status = { Diagnostics: { Message: messages } };
  if (metricsOf(status)["other_health"] !== "error") return undefined;
  return { ok: false, code: "DEVICE_FAULT", text: troublesOf(status).join("; ") };
}

/** Never while a call runs: a preflight must not end what people are in. */
async function tryCall(context: ObeyContext): Promise<Obeyed | undefined> {
  const { session, clock, signal, testCall } = context;
  if (testCall === undefined || (await read(context, ["SystemUnit"]))["in_call"] === true) return undefined;
  const dialled = await session.ask("xCommand/Dial", { Number: testCall });
  const { CallId: call } = (typeof dialled === "object" && dialled !== null ? dialled : {}) as { CallId?: unknown };
  try {
    for (let look = 0; look < CALL_WITHIN_LOOKS && !signal.aborted; look++) {
      await sleep(clock, LOOK_EVERY);
      if ((await read(context, ["SystemUnit"]))["in_call"] === true) return undefined;
    }
    return { ok: false, code: "TEST_CALL_FAILED", text: `the test call to ${testCall} did not come up` };
  } finally {
    await session.ask("xCommand/Call/Disconnect", call === undefined ? {} : { CallId: call }).catch(() => undefined);
  }
}

async function read({ session }: ObeyContext, path: readonly string[]): Promise<ReturnType<typeof metricsOf>> {
  const value = await session.ask("xGet", { Path: ["Status", ...path] }).catch(() => undefined);
  if (value === undefined) return {};
  let tree: unknown = value;
  for (const key of path.toReversed()) tree = { [key]: tree };
  return metricsOf(tree);
}
