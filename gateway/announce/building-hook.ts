import { randomUUID } from "node:crypto";
import type { Cancel, Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import { roomKey } from "#contract/ids.ts";
import type { Log } from "#contract/log.ts";
import type { DoorSign } from "#contract/messages/door.ts";
import { type Millis, minutes, rfc3339, seconds } from "#contract/units.ts";
import { NotSent } from "../alerts/notifier.ts";
import { HttpPoster } from "../notify/http-post.ts";
import { readSecret } from "../notify/secret.ts";
import { signed } from "../notify/signature.ts";
import type { AnnounceConfig } from "./config.ts";

/** Tells a building's management how its rooms are. */
export interface BuildingHook {
  /** What a room's sign says now; `undefined` when the room is gone. */
  tell(room: { site: string; room: string }, sign: DoorSign | undefined): void;
  stats(): Record<string, number>;
  stop(): Promise<void>;
}

type Target = NonNullable<AnnounceConfig["webhook"]>;
interface Waiting {
  id: string;
  body: string;
}

/** A state of each room waits at most; a building with more rooms than this loses the oldest, which is counted. */
const MOST_WAITING = 2_000;
const FIRST_WAIT: Millis = seconds(1);
const LONGEST_WAIT: Millis = minutes(5);
const SHORTEST_SECRET = 16;

/** Opens it; throws CONFIG_INVALID where its secret is not there. */
export function startBuildingHook(
  target: Target,
  deps: { clock: Clock; log: Log; env?: Readonly<Record<string, string | undefined>> },
): BuildingHook {
  const read = readSecret(target.secret, deps.env ?? process.env);
  if (!read.ok) throw new GreenroomError("CONFIG_INVALID", `announce.webhook: ${read.why}`);
  if (read.secret.length < SHORTEST_SECRET)
    throw new GreenroomError("CONFIG_INVALID", `announce.webhook: a secret has at least ${SHORTEST_SECRET} characters`);
  return new Hook(target, read.secret, deps);
}

/**
 * One request at a time, signed as alerts are. Of a room only the newest state waits, so that a receiver that was away is not
 * told the past; what fails is tried again, ever more rarely, under its own id: seen twice, it is the same message.
 */
class Hook implements BuildingHook {
  readonly #target: Target;
  readonly #secret: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #poster: HttpPoster;
  readonly #waiting = new Map<string, Waiting>();
  /** What was last said of each room, without its moment. */
  readonly #said = new Map<string, { text: string; outcome: string; next_status: string | undefined }>();
  readonly #counts = { sent: 0, failed: 0, refused: 0, replaced: 0, dropped: 0 };
  #isSending = false;
  /** In a row; above 0 nothing is sent but at the next try. */
  #failures = 0;
  #isStopped = false;
  #cancel: Cancel = () => {};

  constructor(target: Target, secret: string, { clock, log }: { clock: Clock; log: Log }) {
    this.#target = target;
    this.#secret = secret;
    this.#clock = clock;
    this.#log = log;
    this.#poster = new HttpPoster(clock);
  }

  tell({ site, room }: { site: string; room: string }, sign: DoorSign | undefined): void {
    if (this.#isStopped) return;
    const key = roomKey(site, room);
    const before = this.#said.get(key);
    const text = sign === undefined ? "" : whatMatters(sign);
    if (text === (before?.text ?? "")) return;
    if (sign === undefined) this.#said.delete(key);
    else this.#said.set(key, { text, outcome: sign.outcome, next_status: sign.next_status });
    const id = randomUUID();
    const was = before === undefined ? undefined : { outcome: before.outcome, next_status: before.next_status };
    this.#put(key, { id, body: bodyOf({ id, key, site, room, at: rfc3339(this.#clock.now()), was }, sign) });
    if (this.#failures === 0) void this.#send();
  }

  stats(): Record<string, number> {
    const totals = Object.entries(this.#counts).map(([name, n]) => [`${name}_total`, n] as const);
    return { waiting: this.#waiting.size, ...Object.fromEntries(totals) };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#poster.stop();
  }

  #put(key: string, message: Waiting): void {
    if (this.#waiting.delete(key)) this.#counts.replaced += 1;
    this.#waiting.set(key, message);
    if (this.#waiting.size <= MOST_WAITING) return;
    this.#waiting.delete(this.#waiting.keys().next().value as string);
    this.#counts.dropped += 1;
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let next = this.#first(); next !== undefined && !this.#isStopped; next = this.#first()) {
        const [key, message] = next;
        const isGoingOn = await this.#post(key, message);
        if (!isGoingOn) return;
      }
    } finally {
      this.#isSending = false;
    }
  }

  #first(): [string, Waiting] | undefined {
    return this.#waiting.entries().next().value;
  }

  /** Whether to go on with what waits behind it. */
  async #post(key: string, message: Waiting): Promise<boolean> {
    const { url, timeout_s } = this.#target;
    const { id, body } = message;
    try {
      const headers = signed(this.#secret, id, this.#clock.now(), body);
      await this.#poster.post({ url, headers, body, timeout: seconds(timeout_s) });
      this.#counts.sent += 1;
      this.#done(key, message);
      if (this.#failures > 0)
        this.#log.info({ waiting: this.#waiting.size }, "the building's webhook takes messages again");
      this.#failures = 0;
      return true;
    } catch (error) {
      // A state may be told twice: its id says that it is the same.
      const isRefused = error instanceof NotSent && error.delivered === "no" && !error.retryable;
      this.#counts[isRefused ? "refused" : "failed"] += 1;
      const fields = { code: "NOTIFY_FAILED", room: key, why: messageOf(error) };
      if (isRefused) {
        this.#log.warn(fields, "the building's webhook refused a message; it is not sent again");
        this.#done(key, message);
        this.#failures = 0;
        return true;
      }
      if (this.#failures === 0) this.#log.warn(fields, "the building's webhook cannot be reached; it is tried again");
      this.#again();
      return false;
    }
  }

  /** A newer state of the room may have come meanwhile: that one stays. */
  #done(key: string, message: Waiting): void {
    if (this.#waiting.get(key) === message) this.#waiting.delete(key);
  }

  #again(): void {
    this.#failures += 1;
    if (this.#isStopped) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(20, this.#failures - 1)) as Millis;
    this.#cancel = this.#clock.after(wait, () => void this.#send());
  }
}

/** A score that moves by a point is no news for a building. */
const whatMatters = ({ outcome, alerts, next_status, next_start, next_act_by }: DoorSign): string =>
  JSON.stringify([outcome, alerts, next_status, next_start, next_act_by]);

function bodyOf(
  about: { id: string; key: string; site: string; room: string; at: string; was: object | undefined },
  sign: DoorSign | undefined,
): string {
  const { id, key, site, room, at, was } = about;
  if (sign === undefined) return JSON.stringify({ id, type: "room.removed", at, room: { key, site, room } });
  const { name, floor, outcome, score, sentence, alerts } = sign;
  const { next_status, next_start, next_end, next_p_ready, next_act_by, next_title } = sign;
  const next = { status: next_status, start: next_start, end: next_end, p_ready: next_p_ready, act_by: next_act_by };
  return JSON.stringify({
    id,
    type: "room.changed",
    at,
    room: { key, site, room, name, floor },
    outcome,
    score,
    sentence,
    alerts,
    next: next_start === undefined ? undefined : { ...next, title: next_title },
    was,
  });
}
