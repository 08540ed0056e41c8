import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const PLACES = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/local/bin",
  "/usr/local/sbin",
  "/opt/homebrew/bin",
  "/opt/homebrew/sbin",
];

/** Where a server's program is, if it is; in CI its absence is a failure. */
export function findPeer(name: string, debianPackage: string = name): string | undefined {
  const found = PLACES.map((place) => join(place, name)).find((file) => existsSync(file));
  if (found === undefined && process.env["CI"] === "true")
    throw new Error(`${name} is not installed (apt-get install ${debianPackage})`);
  return found;
}

/** Ends a process that the test started, and waits until it has gone. */
export async function endProcess(child: ChildProcess | undefined, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

/** Waits until it answers; fails with what it said when it ends before, or takes too long. */
export async function untilReady(
  child: ChildProcess,
  answers: () => Promise<boolean>,
  { what, patienceMs }: { what: string; patienceMs: number },
): Promise<void> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
  const deadline = performance.now() + patienceMs;
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`${what} ended with ${child.exitCode}: ${said}`);
    if (performance.now() > deadline) throw new Error(`${what} does not answer: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
