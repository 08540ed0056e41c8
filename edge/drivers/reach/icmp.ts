import type { ExecException } from "node:child_process";
import { type Attempt, type Reached, tookMs } from "./probe.ts";

/** How long the ping program may run for this many echoes; it ends by itself sooner. */
const killAfterMs = (probes: number): number => (probes + 4) * 1_000;

/**
 * Echo requests by the system's `ping`, because raw sockets need rights that an agent should not have. Answers `cannot`
 * where there is no such program or it may not send.
 */
export function probeIcmp(
  target: { host: string; probes: number; program?: string },
  signal: AbortSignal,
): Promise<Reached> {
  const { host, probes, program = "ping" } = target;
  // Not imported: most agents start no program, and small machines are short of memory.
  const { execFile } = process.getBuiltinModule("node:child_process");
  // Without a deadline of its own (-w): up to that iputils sends further echoes for those that were lost, and hides the loss.
  const wait = process.platform === "darwin" ? ["-t", String(probes + 2)] : ["-W", "1"];
  return new Promise((resolve) => {
    const settings = {
      timeout: killAfterMs(probes),
      killSignal: "SIGKILL",
      maxBuffer: 64 * 1024,
      signal,
      env: { ...process.env, LC_ALL: "C" },
    } as const;
    execFile(program, ["-n", "-c", String(probes), ...wait, host], settings, (error, stdout, stderr) => {
      const counted = parsePing(stdout, probes);
      if (counted !== undefined) return resolve({ kind: "asked", attempts: counted });
      if (signal.aborted) return resolve({ kind: "asked", attempts: [{ answered: false, why: "took too long" }] });
      resolve(whyNothing(error, stderr, program));
    });
  });
}

/** The summary of iputils, BusyBox and BSD ping; `undefined` when there is none. */
export function parsePing(output: string, probes: number): readonly Attempt[] | undefined {
  const counts = /(\d{1,4}) packets transmitted, (\d{1,4}) (?:packets )?received/.exec(output);
  if (counts === null) return undefined;
  const sent = Math.min(Number(counts[1]), probes);
  const received = Math.min(Number(counts[2]), sent);
  const average = /min\/avg\/max(?:\/\w+)? = [\d.]{1,12}\/(\d{1,8}(?:\.\d{1,6})?)\//.exec(output)?.[1];
  const latency = average === undefined ? undefined : tookMs(Number(average));
  return Array.from({ length: sent }, (_, i) =>
    i < received ? { answered: true, latency } : { answered: false, why: "no echo" },
  );
}

function whyNothing(error: ExecException | null, stderr: string, program: string): Reached {
  const code = error?.code;
  if (code === "ENOENT") return { kind: "cannot", why: `${program} is not installed on the agent's machine` };
  const isForbidden = code !== undefined && ["EACCES", "EPERM"].includes(String(code));
  if (isForbidden || /not permitted|permission denied|lacking privilege/i.test(stderr))
    return { kind: "cannot", why: `the agent may not use ${program}` };
  if (/unknown host|not known|resolv|unreachable|bad address/i.test(stderr))
    return { kind: "asked", attempts: [{ answered: false, why: firstLine(stderr) }] };
  return { kind: "cannot", why: `${program} said nothing that can be read: ${firstLine(stderr)}` };
}

const firstLine = (text: string): string => (text.split("\n", 1)[0] ?? "").slice(0, 120);
