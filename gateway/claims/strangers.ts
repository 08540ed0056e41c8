import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { GATEWAY_AGENT, PANEL_DEVICE, WIRE_SOURCE } from "#contract/ids.ts";
import type { DeviceState } from "#contract/messages/edge.ts";
import type { Reading } from "#contract/messages/reading.ts";
import type { Unclaimed } from "#contract/messages/unclaimed.ts";
import { hours, type Instant } from "#contract/units.ts";
import { publish, type Topic, unpublish } from "#contract/wire.ts";
import { Throttle } from "../relay/throttle.ts";
import { type StoreReading, Voice, type VoiceOptions } from "../relay/voice.ts";
import type { Claim, Claims } from "./claims.ts";
import { UnclaimedList } from "./unclaimed-list.ts";

interface StrangersOptions {
  wire: Bus;
  record?: StoreReading | undefined;
  claims: Claims;
  /** Names of subscription maps: what they say has a place already. */
  maps: ReadonlySet<string>;
  clock: Clock;
  log: VoiceOptions["log"];
  failed: (error: unknown) => void;
}

/** What was measured longer ago says nothing about now. */
const KEPT_FOR = hours(24);
const MOST_SITES = 1_000;
const TITLE = "MQTT (Greenroom's own wire)";

/**
 * Devices that publish on the wire itself and are on no room's card: they wait to be claimed. One that was claimed into
 * another room than its topic names is heard there, in the gateway's name, and no longer in the room of its topic.
 */
export class Strangers {
  readonly #options: StrangersOptions;
  readonly #sites = new Map<string, { list: UnclaimedList; due: Throttle }>();
  readonly #voice: Voice;
  readonly #offClaims: () => void;
  #hasBegun = false;

  constructor(options: StrangersOptions) {
    this.#options = options;
    const { wire, record, claims, clock, log } = options;
    this.#voice = new Voice({ agent: GATEWAY_AGENT, bus: wire, record, clock, log });
    this.#offClaims = claims.onChange((via, device) => {
      if (via === WIRE_SOURCE) this.#claimedAnew(device);
    });
  }

  /** What an earlier run has listed. */
  restore(site: string, list: Unclaimed): void {
    this.#site(site)?.list.restore(list);
  }

  /** Every card has been heard: from now on who is on none is a stranger. */
  begin(): void {
    this.#hasBegun = true;
    for (const [site, { list, due }] of this.#sites)
      for (const { device } of list.toWire(TITLE, this.#options.clock.now()).devices) {
        const [, room = "", name = ""] = device.split("/");
        const isClaimed =
          this.#options.claims.isOnCard(site, room, name) || this.#claimOf(site, room, name) !== undefined;
        if (isClaimed && list.forget(device)) due.due();
      }
  }

  /** Takes a reading of the wire. Returns whether it was claimed into another room, so that its topic's room does not count it. */
  hear({ site, room = "", device = "" }: Topic, reading: Reading, at: Instant): boolean {
    const { claims, maps } = this.#options;
    if (reading.agent === GATEWAY_AGENT || (reading.agent !== undefined && maps.has(reading.agent))) return false;
    const claim = this.#claimOf(site, room, device);
    if (claim !== undefined) {
      const { metrics, late, agent } = reading;
      const said = { at, metrics, ...(late === true && { late: true }) };
      if (agent === undefined || agent !== GATEWAY_AGENT) void this.#voice.say(placeOf(claim), said)?.catch(() => {});
      return true;
    }
    if (!this.#hasBegun || device === PANEL_DEVICE || reading.late === true || claims.isOnCard(site, room, device))
      return false;
    const found = this.#site(site);
    if (
      found?.list.hear(`${site}/${room}/${device}`, { at, metrics: reading.metrics }, this.#options.clock.now()) ===
      true
    )
      found.due.due();
    return false;
  }

  /** A device's own word follows it into its room. Returns whether it did: the room of its topic has nothing of it. */
  hearState({ site, room = "", device = "" }: Topic, state: DeviceState | undefined): boolean {
    if (state?.agent === GATEWAY_AGENT) return false;
    const claim = this.#claimOf(site, room, device);
    if (claim === undefined) return false;
    const { wire, failed } = this.#options;
    const place = { ...placeOf(claim) };
    if (state === undefined) unpublish(wire, "deviceState", place).catch(failed);
    else publish(wire, "deviceState", place, { ...state, agent: GATEWAY_AGENT }).catch(failed);
    return true;
  }

  committed(payload: Uint8Array): void {
    this.#voice.committed(payload);
  }

  stats(): Record<string, number> {
    let waiting = 0;
    for (const { list } of this.#sites.values()) waiting += list.size;
    return { unclaimed: waiting };
  }

  stop(): void {
    this.#offClaims();
    for (const { due } of this.#sites.values()) due.stop();
    this.#voice.stop();
  }

  /** Where a device of the wire was claimed to, where that is another place than its topic's. */
  #claimOf(site: string, room: string, device: string): Claim | undefined {
    if (!this.#options.claims.hasAnyFrom(WIRE_SOURCE)) return undefined;
    const claim = this.#options.claims.of(WIRE_SOURCE, `${site}/${room}/${device}`);
    return claim === undefined || isAt(claim, `${site}/${room}/${device}`) ? undefined : claim;
  }

  #claimedAnew(source: string): void {
    const claim = this.#options.claims.of(WIRE_SOURCE, source);
    if (claim === undefined) return;
    const found = this.#sites.get(source.slice(0, source.indexOf("/")));
    if (found === undefined) return;
    const last = found.list.values(source);
    const now = this.#options.clock.now();
    if (!isAt(claim, source))
      for (const [metric, { value, at }] of last)
        if (at >= now - KEPT_FOR)
          void this.#voice.say(placeOf(claim), { at, metrics: { [metric]: value } })?.catch(() => {});
    if (found.list.forget(source)) found.due.due();
  }

  #site(site: string): { list: UnclaimedList; due: Throttle } | undefined {
    let found = this.#sites.get(site);
    if (found !== undefined || this.#sites.size >= MOST_SITES) return found;
    const { wire, clock, failed } = this.#options;
    const list = new UnclaimedList();
    const address = { site, agent: GATEWAY_AGENT };
    const tell = (): Promise<void> =>
      publish(wire, "unclaimed", address, list.toWire(TITLE, clock.now())).catch(failed);
    found = { list, due: new Throttle(clock, tell) };
    this.#sites.set(site, found);
    return found;
  }
}

/** Whether a device was claimed to where it publishes anyway. */
const isAt = ({ site, room, line }: Claim, source: string): boolean => source === `${site}/${room}/${line.device}`;

const placeOf = ({ site, room, line }: Claim): { site: string; room: string; device: string } => ({
  site,
  room,
  device: line.device,
});
