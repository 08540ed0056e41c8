import type { Clock } from "#contract/clock.ts";
import { between, hours, type Instant, type Millis } from "#contract/units.ts";
import { Told } from "../told.ts";
import { parseClass, parsePower, readableText } from "./lines.ts";
import { type ReadingOptions, readingsOf } from "./readings.ts";
import { PjlinkFailure, type PjlinkSession } from "./session.ts";

/** Hours of a lamp or filter move slowly; asking for them each time only makes every poll longer. */
export const HOURS_EVERY: Millis = hours(1);
/** A device that stays silent when asked for its class, as some of class 1 do, is soon left in peace. */
const CLASS_TRIES = 2;

/** What a driver has learned of its device: it does not ask again what it knows, nor what the device does not have. */
export interface Learned {
  /** What it answered ERR1 to. */
  absent: Set<string>;
  class: 1 | 2 | undefined;
  classSilences: number;
  hoursAskedAt: Instant | undefined;
  /** The bodies that tell what it is, with what they told. */
  identity: Map<string, string>;
}

/** What one poll has learned so far. */
export class Look {
  readonly told = new Told();
  hasAnswered = false;
  isBroken = false;
}

interface Asking {
  session: PjlinkSession;
  seen: Look;
  learned: Learned;
  options: ReadingOptions;
}

/** Asks one device all that there is to know now. Power first: it tells what else can be answered. Rejects with PjlinkFailure. */
export async function look(asking: Asking, clock: Clock): Promise<void> {
  const { seen, learned, options } = asking;
  const { told } = seen;
  const startedAt = clock.now();
  const power = await ask("POWR", asking);
  told.put("latency_ms", latency(startedAt, clock.now()));
  tell("POWR", power, asking);
  const isOn = power !== undefined && parsePower(power) === "on";

  for (const body of ["ERST", "AVMT"]) tell(body, await ask(body, asking), asking);
  if (options.wanted_input !== undefined) {
    const input = await ask("INPT", asking, learned.class ?? 1);
    if (input === undefined) told.put("input_state", "unknown");
    else tell("INPT", input, asking);
  }
  if (learned.class === 2 && isOn) for (const body of ["FREZ", "IRES"]) tell(body, await ask(body, asking, 2), asking);
  if (learned.hoursAskedAt === undefined || Math.abs(between(learned.hoursAskedAt, startedAt)) >= HOURS_EVERY) {
    const lamp = await ask("LAMP", asking);
    tell("LAMP", lamp, asking);
    if (learned.class === 2) tell("FILT", await ask("FILT", asking, 2), asking);
    // Not now (ERR3) is asked again next time.
    if (lamp !== undefined || learned.absent.has("LAMP")) learned.hoursAskedAt = startedAt;
  }
  await identify(asking);
}

/** What it is: asked once. The class is asked last, and what only class 2 knows once the class is known. */
async function identify(asking: Asking): Promise<void> {
  const { learned } = asking;
  const one = async (body: string, ofClass: 1 | 2): Promise<void> => {
    if (learned.identity.has(body) || learned.absent.has(body)) return;
    const value = await ask(body, asking, ofClass);
    if (value !== undefined) learned.identity.set(body, readableText(value));
  };
  await one("INF1", 1);
  await one("INF2", 1);
  if (learned.class === undefined && learned.classSilences < CLASS_TRIES) {
    learned.class = await askClass(asking);
    // Filter hours belong to the same hour as the lamp's.
    if (learned.class === 2) tell("FILT", await ask("FILT", asking, 2), asking);
  }
  if (learned.class !== 2) return;
  await one("SNUM", 2);
  await one("SVER", 2);
}

async function askClass(asking: Asking): Promise<1 | 2 | undefined> {
  const { learned } = asking;
  try {
    const value = await ask("CLSS", asking);
    if (value !== undefined) return parseClass(value) ?? 1;
    return learned.absent.has("CLSS") ? 1 : undefined;
  } catch (error) {
    // Everything that class 1 tells is known by now.
    if (!(error instanceof PjlinkFailure) || (error.trouble !== "silent" && error.trouble !== "busy")) throw error;
    learned.classSilences += 1;
    return undefined;
  }
}

/** `undefined`: it has no such thing, or not now. ERR4 is the device's own word that it is broken. */
async function ask(body: string, { session, seen, learned }: Asking, ofClass: 1 | 2 = 1): Promise<string | undefined> {
  if (learned.absent.has(body)) return undefined;
  const answer = await session.ask(body, "?", ofClass);
  seen.hasAnswered = true;
  if (answer.ok) return answer.value;
  if (answer.error === "ERR1") learned.absent.add(body);
  if (answer.error === "ERR4") seen.isBroken = true;
  return undefined;
}

/** A value in the device's own spelling, or garbage: an undefined power state is never read as on. */
function tell(body: string, value: string | undefined, { seen, options }: Asking): void {
  if (value === undefined) return;
  const said = readingsOf(body, value, options);
  if (said === undefined)
    throw new PjlinkFailure("garbage", `answered ${JSON.stringify(value.slice(0, 40))} to ${body}`);
  seen.told.putAll(said);
}

/** `undefined` when the clock was set meanwhile. */
function latency(from: Instant, to: Instant): number | undefined {
  const took = between(from, to);
  return took >= 0 && took <= 60_000 ? took : undefined;
}
