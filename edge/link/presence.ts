import type { Bus } from "#contract/bus.ts";
import type { Cancel, Clock } from "#contract/clock.ts";
import { GreenroomError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { rfc3339, type Millis, seconds } from "#contract/units.ts";
import { type Address, encode, parsePayload, type Payload, publish, topicOf, unpublish } from "#contract/wire.ts";
import type { AnnouncedDevices } from "./announced.ts";
import type { Outbox } from "../outbox/outbox.ts";

type AgentState = Payload<"agentState">;
type DeviceState = Payload<"deviceState">;

export interface PresenceOptions {
  site: string;
  agent: string;
  version: string;
  boot: string;
  devices: readonly string[];
  announced: AnnouncedDevices;
  outbox: Outbox;
  clock: Clock;
  log: Log;
}

const OUTBOX_CHECK: Millis = seconds(5);
/** While readings wait, their count is told this often. */
const OUTBOX_TELL = 12;
/** Every ten minutes all states are told again: a device that moved between agents may have lost its own by the move. */
const DEVICES_TELL = 120;
const RETRY: Millis = seconds(5);

/** What the broker says of this agent when it is gone without a goodbye. */
export function lastWill(site: string, agent: string, state: Pick<AgentState, "at" | "boot">) {
  const topic = topicOf("agentState", { site, agent });
  return { topic, payload: encode("agentState", { ...state, state: "offline" }), qos: 1, retain: true } as const;
}

/** Tells who is there: the agent's birth and goodbye, and the state of each device, kept by the broker. */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #address: Address;
  readonly #states = new Map<string, DeviceState>();
  /** Device states that the broker may not have yet. */
  readonly #untold = new Set<string>();
  #bus: Bus | undefined;
  #isUp = false;
  #told: NonNullable<AgentState["outbox"]> | undefined;
  #checks = 0;
  #otherBoot: string | undefined;
  #cancelRetry: Cancel | undefined;
  readonly #cancelCheck: Cancel;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#address = { site: options.site, agent: options.agent };
    this.#cancelCheck = options.clock.every(OUTBOX_CHECK, () => this.#checkOutbox());
  }

  /** Another agent of this id, where one was seen. */
  get otherBoot(): string | undefined {
    return this.#otherBoot;
  }

  use(bus: Bus): void {
    this.#bus = bus;
  }

  linkUp(): void {
    this.#isUp = true;
    this.#tellSelf();
    this.#tellAllDevices();
    this.#withdrawFormer();
  }

  linkDown(): void {
    this.#isUp = false;
    this.#otherBoot = undefined;
  }

  /** The newest state of a device; told now, or with the next link. */
  tell(room: string, device: string, state: DeviceState): void {
    const place = `${room}/${device}`;
    this.#states.set(place, state);
    this.#untold.add(place);
    if (this.#isUp) this.#tellDevices();
  }

  /** Something was said in this agent's name: by its own last will of an earlier link, or by another agent of the same id. */
  hear(payload: Uint8Array): void {
    const parsed = parsePayload("agentState", payload);
    if (!parsed.ok || !this.#isUp) return;
    const { boot, state } = parsed.value;
    if (state === "offline") return this.#retryLater();
    if (boot === this.#options.boot || boot === this.#otherBoot || boot === undefined) return;
    this.#otherBoot = boot;
    this.#options.log.error(
      { agent: this.#options.agent, boot: this.#options.boot, otherBoot: boot },
      "another agent runs under this id: give each its own id and key",
    );
  }

  /** Says again from where on this agent can still send: a recorder that has lost its count learns where to go on. */
  remind(): void {
    if (this.#isUp) this.#tellSelf();
  }

  /** Says goodbye, so that nobody takes the silence for a fault. */
  async leave(): Promise<void> {
    this.#cancelCheck();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const wasUp = this.#isUp;
    this.#isUp = false;
    if (wasUp) await this.#publishSelf("offline").catch(() => {});
  }

  #publishSelf(state: AgentState["state"]): Promise<void> {
    const { clock, version, boot, devices, outbox } = this.#options;
    if (this.#bus === undefined) return Promise.reject(new GreenroomError("LINK_DOWN", "no link yet"));
    const { waiting, oldest, dropped } = outbox.stats();
    this.#told = { waiting, oldest, dropped };
    const message = { at: rfc3339(clock.now()), state, boot, version, devices: [...devices], outbox: this.#told };
    return publish(this.#bus, "agentState", this.#address, message);
  }

  #tellSelf(): void {
    this.#publishSelf("online").catch((error: unknown) => this.#failed(error));
  }

  #tellAllDevices(): void {
    for (const place of this.#states.keys()) this.#untold.add(place);
    this.#tellDevices();
  }

  #tellDevices(): void {
    const bus = this.#bus;
    if (bus === undefined) return;
    for (const place of this.#untold) {
      const [room = "", device = ""] = place.split("/");
      const state = this.#states.get(place);
      if (state === undefined) continue;
      this.#untold.delete(place);
      publish(bus, "deviceState", { site: this.#options.site, room, device }, state).catch((error: unknown) => {
        this.#untold.add(place);
        this.#failed(error);
      });
    }
  }

  /** What the broker still keeps of devices that are no longer this agent's. */
  #withdrawFormer(): void {
    const bus = this.#bus;
    const { announced, site } = this.#options;
    if (bus === undefined) return;
    for (const place of announced.former) {
      const [room = "", device = ""] = place.split("/");
      unpublish(bus, "deviceState", { site, room, device }).then(
        () => announced.withdrawn(place),
        () => {}, // With the next link.
      );
    }
  }

  /** With the next link everything is told anyway; while it is up, a moment later. */
  #failed(error: unknown): void {
    if (!this.#isUp) return;
    this.#options.log.debug({ why: messageOf(error) }, "a state was not taken by the broker; it is told again");
    this.#retryLater();
  }

  #retryLater(): void {
    this.#cancelRetry ??= this.#options.clock.after(RETRY, () => {
      this.#cancelRetry = undefined;
      if (!this.#isUp) return;
      this.#tellSelf();
      this.#tellDevices();
    });
  }

  /** The recorder must know at once what will never come, and now and then how much is still to come. */
  #checkOutbox(): void {
    if (!this.#isUp) return;
    this.#checks += 1;
    const { outbox } = this.#options;
    const { waiting, oldest, dropped } = outbox.stats();
    const told = this.#told;
    const isLoss = dropped !== told?.dropped;
    const isHole = outbox.hasHole && (oldest.boot !== told?.oldest?.boot || oldest.seq !== told.oldest.seq);
    const isDue = this.#checks % OUTBOX_TELL === 0 && (waiting >= 100 || (told?.waiting ?? 0) >= 100);
    if (isLoss || isHole || isDue) this.#tellSelf();
    if (this.#checks % DEVICES_TELL === 0) this.#tellAllDevices();
  }
}
