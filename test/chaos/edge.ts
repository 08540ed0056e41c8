/**
 * What becomes of readings between an agent's disk and the recorder, fault by fault, on real processes, brokers and disks.
 * `npm run chaos:edge` prints the table and ends with 1 on a loss; `--quick` takes a minute, `--json` is for programs.
 * CHAOS_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "#contract/system-clock.ts";
import { ChaosBench } from "#edge/testing/chaos-bench.ts";
import { buildAgent } from "../../scripts/build-agent.ts";
import { findMosquitto } from "../peers/mosquitto.ts";
import { drainBacklog } from "./edge-backlog.ts";
import { type FarSide, startEmbeddedSide, startMosquittoSide } from "./edge-far-side.ts";
import { brokerRestarted, clockSet, diskFull, type Fault, flapping, killed } from "./edge-faults.ts";
import { seeded } from "./seeded.ts";

interface Row {
  fault: string;
  broker: string;
  kept: number;
  sent: number;
  acknowledged: number;
  stored: number;
  duplicates: number;
  refused: number;
  lost: number;
  seconds: number;
  note: string;
  isWell: boolean;
}

const { values } = parseArgs({ options: { quick: { type: "boolean" }, json: { type: "boolean" } } });
/** The agents run as they are packaged: it starts in a third of the time. */
const folder = mkdtempSync(join(tmpdir(), "greenroom-chaos-"));
const program = join(folder, "agent.mjs");
await buildAgent({ into: folder, entry: "edge/testing/agent-process.ts", name: "agent.mjs" });
const isQuick = values.quick === true;
const seed = process.env["CHAOS_SEED"] ?? String(systemClock.now());
/** A backlog of 24 h is to be drained within a minute on loopback. */
const DRAIN_WITHIN_S = 60;
const LIVE_WITHIN_MS = 5_000;
const rows: Row[] = [];

async function play(
  fault: string,
  broker: string,
  part: { run: Fault; start: (bench: ChaosBench) => Promise<FarSide>; share: number },
): Promise<void> {
  const startedAt = performance.now();
  const bench = new ChaosBench(program);
  let far: FarSide | undefined;
  let note: string;
  try {
    await bench.start();
    far = await part.start(bench);
    note = await part.run({ bench, far, random: seeded(`${seed} ${fault} ${broker}`), share: part.share });
  } catch (error) {
    note = `FAILED: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await bench.stop();
    await far?.stop();
  }
  const { lost, holes, ...books } = bench.books();
  const seconds = (performance.now() - startedAt) / 1_000;
  const errors = bench.errors.length > 0 ? `; ${[...new Set(bench.errors)].join("; ")}` : "";
  const isWell =
    lost.length + holes + books.refused + bench.errors.length === 0 && books.kept > 0 && !note.startsWith("FAILED");
  add({ fault, broker, ...books, lost: lost.length + holes, seconds, note: note + errors, isWell });
}

async function playBacklog(spanHours: number): Promise<void> {
  const fault = `broker down ${spanHours} h`;
  try {
    const report = await drainBacklog(spanHours, program);
    const { slowestLiveMs, alerts, live, seconds, lost, duplicates } = report;
    const isWell =
      lost === 0 && duplicates === 0 && alerts === 0 && seconds <= DRAIN_WITHIN_S && slowestLiveMs <= LIVE_WITHIN_MS;
    const note = `drained in ${seconds.toFixed(1)} s into history; ${live} live readings meanwhile, slowest ${Math.round(slowestLiveMs)} ms; ${alerts} alerts`;
    add({ fault, broker: "embedded", ...report, refused: 0, note, isWell });
  } catch (error) {
    const none = { kept: 0, sent: 0, acknowledged: 0, stored: 0, duplicates: 0, refused: 0, lost: 0, seconds: 0 };
    const note = `FAILED: ${error instanceof Error ? error.message : String(error)}`;
    add({ fault, broker: "embedded", ...none, note, isWell: false });
  }
}

const HEAD = ["fault", "broker", "kept", "sent", "acked", "stored", "dupl.", "refused", "lost", "s"];
const WIDTHS = [20, 10, 8, 8, 8, 8, 7, 8, 6, 6];
const line = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell, i) => (i < 2 ? String(cell).padEnd(WIDTHS[i] ?? 0) : String(cell).padStart(WIDTHS[i] ?? 0)))
    .join("");

function add(row: Row): void {
  rows.push(row);
  if (values.json === true) return;
  const { fault, broker, kept, sent, acknowledged, stored, duplicates, refused, lost, seconds, note, isWell } = row;
  const figures = [fault, broker, kept, sent, acknowledged, stored, duplicates, refused, lost, seconds.toFixed(1)];
  const bad = lost > 0 ? "LOSS" : "BAD ";
  process.stdout.write(`${line(figures)}  ${isWell ? "ok  " : bad} ${note}\n`);
}

const canMount = process.getuid?.() === 0 && process.platform === "linux";
const hasMosquitto = findMosquitto() !== undefined;
const share = isQuick ? 0.15 : 1;
if (values.json !== true) process.stdout.write(`${line(HEAD)}\n`);
const embedded = startEmbeddedSide;
await playBacklog(isQuick ? 2 : 24);
// Side by side; each fault has its own broker, folder and agents.
await Promise.all([
  (async () => {
    await play("agent killed", "embedded", { run: killed, start: embedded, share });
  })(),
  (async () => {
    await play("line flapping", "embedded", { run: flapping, start: embedded, share });
    await play("clock set ±1 h", "embedded", { run: clockSet, start: embedded, share });
    await play("broker restarted", "embedded", { run: brokerRestarted, start: embedded, share });
    if (canMount) await play("disk full", "embedded", { run: diskFull, start: embedded, share });
    if (hasMosquitto) {
      const start = startMosquittoSide;
      await play("line flapping", "mosquitto", { run: flapping, start, share: share / 2 });
      await play("broker killed", "mosquitto", { run: brokerRestarted, start, share });
      await play("clock set ±1 h", "mosquitto", { run: clockSet, start, share: share / 2 });
      await play("agent killed", "mosquitto", { run: killed, start, share: share / 5 });
    }
  })(),
]);
const isWell = rows.every((row) => row.isWell);
if (values.json === true) process.stdout.write(`${JSON.stringify({ seed, well: isWell, rows }, null, 2)}\n`);
else {
  if (!canMount) process.stdout.write("disk full: not run; it takes root on Linux, to mount a small disk\n");
  if (!hasMosquitto) process.stdout.write("mosquitto: not run; it is not installed\n");
  const bad = rows.some(({ lost }) => lost > 0)
    ? "READINGS WERE LOST."
    : "No reading was lost; BAD: a bound was not held.";
  process.stdout.write(`${isWell ? "No reading was lost." : bad} CHAOS_SEED=${seed}\n`);
}
rmSync(folder, { recursive: true, force: true });
process.exit(isWell ? 0 : 1);
