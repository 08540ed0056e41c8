import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type ChaosBench, wait } from "#edge/testing/chaos-bench.ts";
import type { FarSide } from "./edge-far-side.ts";

interface FaultOptions {
  bench: ChaosBench;
  far: FarSide;
  random: () => number;
  /** How long it goes on, of 1. */
  share: number;
}

/** Something that befalls a running agent. Returns what happened, in figures; everything is whole again then. */
export type Fault = (options: FaultOptions) => Promise<string>;

const HOUR = 3_600_000;
const MOUNT = "mount";
const UNMOUNT = "umount";

/** Up for 1.5 s, away for 1.5 s: the agent's own time runs faster, its links do not. */
export const flapping: Fault = async ({ bench, far, share }) => {
  const agent = bench.startAgent(far.url);
  await bench.keepsSome();
  const rounds = Math.ceil(12 * share);
  for (let i = 0; i < rounds; i++) {
    far.line.cut();
    await wait(1_500);
    far.line.mend();
    await wait(1_500);
  }
  await bench.empty(agent);
  return `${rounds} cuts of the line, 3 s apart`;
};

export const killed: Fault = async ({ bench, far, random, share }) => {
  const kills = Math.ceil(100 * share);
  for (let i = 0; i < kills; i++) {
    if (i % 10 === 4) far.line.cut();
    const agent = bench.startAgent(far.url);
    await bench.keepsSome();
    await wait(random() * 400);
    await bench.kill9(agent);
    if (i % 10 === 5) far.line.mend();
  }
  far.line.mend();
  await bench.runUntilEmpty(far.url);
  return `${kills} kills of the agent, ${bench.boots} boots`;
};

/** Set ahead, back, behind and back, with the line up and with the line cut; wrong from the start. */
export const clockSet: Fault = async ({ bench, far, share }) => {
  far.line.cut();
  const agent = bench.startAgent(far.url);
  const jump = (ms: number): void => void agent.stdin?.write(`jump ${ms}\n`);
  jump(-2 * HOUR);
  await bench.keepsSome();
  await wait(500);
  far.line.mend();
  await wait(1_000);
  jump(2 * HOUR);
  const rounds = Math.ceil(4 * share);
  for (let i = 0; i < rounds; i++)
    for (const by of [HOUR, -HOUR]) {
      jump(by);
      await wait(400);
      far.line.cut();
      await wait(400);
      jump(-by);
      await wait(400);
      far.line.mend();
      await wait(400);
    }
  await bench.empty(agent);
  return `${rounds * 4 + 2} settings of the clock by one or two hours`;
};

/** The broker dies while it is sent what has waited, again and again. */
export const brokerRestarted: Fault = async ({ bench, far, random, share }) => {
  const agent = bench.startAgent(far.url);
  await bench.keepsSome();
  const rounds = Math.ceil(8 * share);
  for (let i = 0; i < rounds; i++) {
    await far.down();
    await wait(1_000);
    await far.up();
    await wait(random() * 900);
  }
  await bench.empty(agent);
  return `${rounds} deaths of the broker in mid-batch`;
};

/** On a disk of its own, which takes the right to mount one; the agent is killed once while it is full. */
export const diskFull: Fault = async ({ bench, far, share }) => {
  const disk = join(bench.folder, "disk");
  mkdirSync(disk);
  execFileSync(MOUNT, ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], { stdio: "ignore" });
  const ballast = join(disk, "ballast");
  const rounds = Math.ceil(3 * share);
  try {
    bench.dataDir = join(disk, "data");
    const agent = bench.startAgent(far.url);
    await bench.keepsSome();
    for (let i = 0; i < rounds; i++) {
      far.line.cut();
      fill(ballast);
      await wait(1_500);
      // Somebody makes room; what was held in memory is written, and sent when the line is back.
      rmSync(ballast);
      await wait(600);
      far.line.mend();
      await wait(500);
      fill(ballast);
      await wait(800);
      rmSync(ballast);
    }
    await bench.empty(agent);
  } finally {
    execFileSync(UNMOUNT, ["-l", disk]);
  }
  // That it cannot write is an error to be told, and the one to be expected.
  const told = bench.errors.splice(0);
  if (!told.some((text) => text.includes("cannot write"))) throw new Error("the disk was never full");
  return `${rounds * 2} times full and freed`;
};

function fill(ballast: string): void {
  const file = openSync(ballast, "a");
  const block = Buffer.alloc(4_096, 1);
  try {
    while (writeSync(file, block) === block.length) continue;
  } catch {
    // It is full.
  } finally {
    closeSync(file);
  }
}
