import type { Clock } from "#contract/clock.ts";
import { seconds } from "#contract/units.ts";
import { defineDriver, type Observation } from "../driver.ts";
import { probeHttp } from "./http.ts";
import { probeIcmp } from "./icmp.ts";
import { ReachOptions } from "./options.ts";
import type { Attempt, Reached } from "./probe.ts";
import { probeTcp } from "./tcp.ts";

/** Whether something answers on the network, by a connection, a web address or echo requests. */
export const reach = defineDriver({
  id: "reach",
  title: "Reachability by TCP, HTTP(S) or ICMP",
  options: ReachOptions,
  kind: "network",
  shortestInterval: seconds(5),
  longestPoll: seconds(20),
  intervals: (_, every) => ({ reachable: every, latency_ms: every, packet_loss_pct: every }),
  open: (options, { clock }) => ({
    poll: async (signal) => observed(await probe(options, clock, signal), options),
  }),
});

async function probe(options: ReachOptions, clock: Clock, signal: AbortSignal): Promise<Reached> {
  if (options.probe === "tcp") return repeat(options.probes, signal, () => probeTcp(options, clock, signal));
  if (options.probe === "http") return repeat(options.probes, signal, () => probeHttp(options, clock, signal));
  const { host, fallback_port: port } = options;
  const echoed = await probeIcmp(options, signal);
  if (echoed.kind === "asked" || port === undefined) return echoed;
  return repeat(options.probes, signal, () => probeTcp({ host, port }, clock, signal));
}

async function repeat(probes: number, signal: AbortSignal, ask: () => Promise<Attempt>): Promise<Reached> {
  const attempts: Attempt[] = [];
  for (let i = 0; i < probes && !signal.aborted; i++) attempts.push(await ask());
  return { kind: "asked", attempts };
}

/** Reachable is one answer; the loss tells how good the way is. What this machine could not ask stays untold. */
export function observed(reached: Reached, options: ReachOptions): Observation {
  const target = options.probe === "http" ? new URL(options.url).host : options.host;
  if (reached.kind === "cannot") {
    const advice = "install it, allow it, set fallback_port, or use probe: tcp";
    return {
      state: "offline",
      metrics: {},
      error: { code: "CONFIG_INVALID", text: `${target} was not asked: ${reached.why}; ${advice}` },
    };
  }
  const { attempts } = reached;
  const answers = attempts.flatMap((attempt) => (attempt.answered ? [attempt.latency] : []));
  const packet_loss_pct = attempts.length === 0 ? 100 : (1 - answers.length / attempts.length) * 100;
  if (answers.length === 0) {
    const failed = attempts.find((attempt) => !attempt.answered);
    const why = failed?.answered === false ? failed.why : "took too long";
    return {
      state: "offline",
      metrics: { reachable: false, packet_loss_pct },
      error: { code: "DEVICE_SILENT", text: `${target}: ${why}` },
    };
  }
  const latencies = answers.filter((latency) => latency !== undefined);
  const latency_ms = latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length;
  return {
    state: "online",
    metrics: { reachable: true, ...(latencies.length > 0 && { latency_ms }), packet_loss_pct },
  };
}
