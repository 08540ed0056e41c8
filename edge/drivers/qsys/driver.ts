import { between, millis, type Millis, seconds } from "#contract/units.ts";
import { DeviceFailure, failed } from "../device-failure.ts";
import { defineDriver, type DriverContext, type Observation } from "../driver.ts";
import { QRC_ERRORS } from "./messages.ts";
import { QsysOptions } from "./options.ts";
import { type CoreAnswers, readCore } from "./read-core.ts";
import { QrcRefusal, QrcSession } from "./session.ts";

/** Q-SYS Cores by QRC: the engine, its inventory, and named controls as readings. */
export const qsys = defineDriver({
  id: "qsys",
  title: "Q-SYS Cores by QRC",
  options: QsysOptions,
  kind: "audio",
  shortestInterval: seconds(10),
  longestPoll: seconds(30),
  intervals: ({ status, readings }, every: Millis) => ({
    reachable: every,
    latency_ms: every,
    other_health: every,
    ...Object.fromEntries(status.flatMap(({ counts_as }) => (counts_as === undefined ? [] : [[counts_as, every]]))),
    ...Object.fromEntries(readings.map(({ metric }) => [metric, every])),
  }),
  open: (options, context) => ({ poll: (signal) => look(options, context, signal) }),
});

async function look(options: QsysOptions, { clock }: DriverContext, signal: AbortSignal): Promise<Observation> {
  const { host, port } = options;
  const place = `${host}:${port}`;
  const startedAt = clock.now();
  let session: QrcSession | undefined;
  try {
    session = await QrcSession.open({ host, port, clock, signal });
    await logOn(session, options);
    const refusals: string[] = [];
    const answers: CoreAnswers = {
      status: await orFail(session.ask("StatusGet", 0)),
      ...(await askControls(session, options, refusals)),
    };
    const { told, faults, model } = readCore(answers, options);
    const took = between(startedAt, clock.now());
    if (took >= 0 && took <= 60_000) told.put("latency_ms", millis(took));
    const error = errorOf({ faults, refusals, refused: told.refused });
    return {
      state: "online",
      metrics: { reachable: true, ...told.metrics },
      ...(model !== undefined && { model }),
      ...(error !== undefined && { error: { code: error.code, text: `${place} ${error.text}` } }),
    };
  } catch (error) {
    return failed(error, place);
  } finally {
    session?.end();
  }
}

async function logOn(session: QrcSession, { user, password }: QsysOptions): Promise<void> {
  if (user === undefined || password === undefined) return;
  try {
    await session.ask("Logon", { User: user, Password: password.reveal() });
  } catch (error) {
    if (!(error instanceof QrcRefusal)) throw error;
    throw new DeviceFailure("DEVICE_PASSWORD", "refuses user or PIN", { giveUp: true, answers: true });
  }
}

/** Whatever the Core refuses to tell is noted, and the rest is asked all the same. */
async function askControls(
  session: QrcSession,
  { status, readings }: QsysOptions,
  refusals: string[],
): Promise<Omit<CoreAnswers, "status">> {
  const wanted = new Map<string, Set<string>>();
  for (const { component, control } of [...status, ...readings]) {
    if (component === undefined) continue;
    const controls = wanted.get(component) ?? new Set();
    wanted.set(component, controls.add(control));
  }
  const components: Record<string, unknown> = {};
  for (const [component, controls] of wanted) {
    const params = { Name: component, Controls: [...controls].map((Name) => ({ Name })) };
    components[component] = await orNote(session.ask("Component.Get", params), component, refusals);
  }
  const named = readings.flatMap(({ component, control }) => (component === undefined ? [control] : []));
  if (named.length === 0) return { components };
  return { components, controls: await orNote(session.ask("Control.Get", named), named.join(", "), refusals) };
}

async function orNote(asked: Promise<unknown>, what: string, refusals: string[]): Promise<unknown> {
  try {
    return await orFail(asked);
  } catch (error) {
    if (!(error instanceof QrcRefusal)) throw error;
    // A Core on standby has nothing to tell; its twin has.
    if (error.code === QRC_ERRORS.standby) return undefined;
    const isUnknown = error.code === QRC_ERRORS.unknownComponent || error.code === QRC_ERRORS.unknownControl;
    refusals.push(
      isUnknown
        ? `knows no ${what}: check the Code Name, and its Script Access (External or All)`
        : `refuses ${what}: ${error.message}`,
    );
    return undefined;
  }
}

async function orFail(asked: Promise<unknown>): Promise<unknown> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof QrcRefusal && error.code === QRC_ERRORS.logonRequired)
      throw new DeviceFailure("DEVICE_PASSWORD", "wants a log-in, and user and PIN are not configured or not right", {
        giveUp: true,
        answers: true,
      });
    if (error instanceof QrcRefusal && error.code === -32_601)
      throw new DeviceFailure("DEVICE_GARBAGE", `does not know QRC: ${error.message}`, { answers: true });
    throw error;
  }
}

/** The Core's own faults first: they are what somebody must see to. */
function errorOf(found: { faults: string[]; refusals: string[]; refused: string | undefined }): Observation["error"] {
  const { faults, refusals, refused } = found;
  if (faults.length > 0) return { code: "DEVICE_FAULT", text: faults.join("; ") };
  if (refusals.length > 0) return { code: "DEVICE_REFUSED", text: refusals.slice(0, 3).join("; ") };
  return refused === undefined ? undefined : { code: "DEVICE_GARBAGE", text: refused };
}
