import { type Clock, sleep } from "#contract/clock.ts";
import { millis } from "#contract/units.ts";
import type { Secret } from "../secret.ts";
import { type Network, isNamed } from "./networks.ts";
import type { Found, Probe } from "./probe.ts";
import { bacnetProbe } from "./probes/bacnet.ts";
import { mdnsProbe } from "./probes/mdns.ts";
import { modbusProbe } from "./probes/modbus.ts";
import { pjlinkProbe, pjlinkSearchProbe } from "./probes/pjlink.ts";
import { snmpProbe } from "./probes/snmp.ts";
import { xapiProbe } from "./probes/xapi.ts";
import { keptWithin, type ScanSockets, systemSockets } from "./sockets.ts";

export const probes: readonly Probe[] = [
  pjlinkProbe,
  pjlinkSearchProbe,
  snmpProbe,
  xapiProbe,
  mdnsProbe,
  bacnetProbe,
  modbusProbe,
];

export const DEFAULT_RATE = 50;

export interface ScanOptions {
  networks: readonly Network[];
  /** Addresses to ask, all of them in the networks. */
  targets: readonly string[];
  probes: readonly Probe[];
  clock: Clock;
  /** Probes begun each second, at most. */
  rate: number;
  community: Secret | undefined;
  /** Ports other than the protocols' own, by probe: for tests. */
  ports?: Readonly<Record<string, number>>;
  sockets?: ScanSockets;
  signal?: AbortSignal;
  onProgress?: (done: number, all: number) => void;
}

/** The probes that can be asked with what was given. */
export const usable = (list: readonly Probe[], community: Secret | undefined): Probe[] =>
  list.filter(({ needsCommunity }) => needsCommunity !== true || community !== undefined);

/** Looks at each address by each probe, never faster than `rate`, never outside the networks. What it found, by address. */
export async function scan(options: ScanOptions): Promise<Found[]> {
  const { networks, targets, clock, rate, community, ports = {}, signal = new AbortController().signal } = options;
  if (targets.some((host) => !isNamed(host, networks))) throw new Error("a target is in none of the networks");
  const sockets = keptWithin(networks, options.sockets ?? systemSockets);
  const chosen = usable(options.probes, community);
  const all = targets.length * chosen.length;
  const found: Found[] = [];
  const underWay = new Set<Promise<void>>();
  let done = 0;
  for (const host of targets) {
    for (const probe of chosen) {
      if (signal.aborted) break;
      const context = { sockets, clock, signal, port: ports[probe.id] ?? probe.port, community };
      const look = (async () => {
        const one = await probe.look(host, context);
        if (one !== undefined) found.push(one);
        options.onProgress?.(++done, all);
      })();
      const tracked = look.finally(() => underWay.delete(tracked));
      underWay.add(tracked);
      await Promise.race([sleep(clock, millis(1_000 / rate)), rejectedOnly(tracked)]);
    }
  }
  await Promise.all(underWay);
  return merged(found);
}

/** Never resolves: only a defect of a probe ends the wait for the next one. */
const rejectedOnly = (look: Promise<void>): Promise<never> => new Promise((_, reject) => void look.catch(reject));

/** One finding a protocol and address: what tells more comes first. */
function merged(found: readonly Found[]): Found[] {
  const best = new Map<string, Found>();
  for (const one of found) {
    const key = `${one.host} ${one.probe}`;
    const other = best.get(key);
    if (other === undefined || richness(one) > richness(other)) best.set(key, one);
  }
  const order = (host: string): number => host.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return [...best.values()].toSorted((a, b) => order(a.host) - order(b.host) || a.probe.localeCompare(b.probe));
}

const richness = ({ model = "", proposal }: Found): number =>
  model.length + Object.keys(proposal?.options ?? {}).length;
