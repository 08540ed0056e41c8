import type { Clock } from "#contract/clock.ts";
import { millis, type Millis, minutes, seconds } from "#contract/units.ts";
import { DeviceFailure } from "../device-failure.ts";
import { defineDriver, type Observation } from "../driver.ts";
import { askServer } from "./ask-server.ts";
import { judgeClock } from "./judge-clock.ts";
import { NtpOptions, type NtpServer } from "./options.ts";
import type { NtpAnswer } from "./packet.ts";

/** How far the agent's own clock is off: every reading carries its time. */
export const ntp = defineDriver({
  id: "ntp",
  title: "Offset of the agent's own clock, by SNTP",
  options: NtpOptions,
  kind: "clock",
  shortestInterval: minutes(1),
  longestPoll: seconds(10),
  intervals: (_, every: Millis) => ({ reachable: every, latency_ms: every, clock_offset_ms: every }),
  open: (options, { clock }) => {
    const unwilling = new Set<NtpServer>();
    return { poll: (signal) => look(options, unwilling, { clock, signal }) };
  },
});

type Asked = { answer: NtpAnswer } | { failure: DeviceFailure; server: NtpServer };

async function look(
  { servers, limit_ms }: NtpOptions,
  unwilling: Set<NtpServer>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Observation> {
  const asked = await Promise.all(
    servers.filter((server) => !unwilling.has(server)).map((server) => ask(server, clock, signal)),
  );
  const answers = asked.flatMap((each) => ("answer" in each ? [each.answer] : []));
  const failures = asked.flatMap((each) => ("failure" in each ? [each] : []));
  for (const { failure, server } of failures) if (failure.giveUp) unwilling.add(server);
  if (answers.length > 0) {
    const { told, finding } = judgeClock(answers, millis(limit_ms));
    return {
      state: "online",
      metrics: { reachable: true, ...told.metrics },
      ...(finding !== undefined && { error: { code: "CLOCK_WRONG", text: `the agent's clock ${finding}` } }),
    };
  }
  const why = failures.map(({ failure, server }) => `${server.host}:${server.port} ${failure.message}`).slice(0, 4);
  return {
    state: "offline",
    metrics: { reachable: failures.some(({ failure }) => failure.answers) },
    error: {
      code: failures[0]?.failure.code ?? "DEVICE_REFUSED",
      text: `no server tells the time: ${why.join("; ") || "none wants to be asked"}`,
    },
  };
}

async function ask(server: NtpServer, clock: Clock, signal: AbortSignal): Promise<Asked> {
  try {
    return { answer: await askServer(server, clock, signal) };
  } catch (failure) {
    if (!(failure instanceof DeviceFailure)) throw failure;
    return { failure, server };
  }
}
