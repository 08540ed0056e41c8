import { join } from "node:path";
import type { Bus } from "#contract/bus.ts";
import type { Clock } from "#contract/clock.ts";
import { sleep } from "#contract/clock.ts";
import { GreenroomError } from "#contract/errors.ts";
import { type Log, silentLog } from "#contract/log.ts";
import { MemoryBroker, MemoryBus } from "#contract/memory-bus.ts";
import { systemClock } from "#contract/system-clock.ts";
import { between, type Instant, rfc3339 } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { publish } from "#contract/wire.ts";
import { type BadRows, type DataSet, openDataSet } from "../recorded/data-set.ts";
import type { DataSetKind } from "../recorded/recorded.ts";
import { DemoFeed, type DemosByRoom } from "./demo-feed.ts";
import { type KnownFault, readFaults } from "./faults.ts";
import { startRealGateway } from "./real-gateway.ts";
import type { StartReplayGateway } from "./replay-gateway.ts";
import type { ReplayFinding } from "./replay-finding.ts";
import { cardOf } from "./room-card.ts";
import { Sender } from "./sender.ts";
import { type Score, scoreFindings } from "./score-findings.ts";
import { type Witness, startWitness } from "./witness.ts";

interface ReplayProgress {
  at: Instant;
  readings: number;
  findings: number;
}

export interface ReplayOptions {
  /** The folder of recorded data, or one that is open already. */
  data: string | DataSet;
  kind?: DataSetKind;
  /** Only these rooms. */
  rooms?: readonly string[];
  demos?: DemosByRoom;
  /** `max`: as fast as it goes, on a clock and a wire of its own. A number: on `bus` and `clock`, which shows recorded time at that speed. */
  speed: number | "max";
  /** For a numeric speed: the wire, and a `startScaledClock` that its gateway and server run on too. */
  bus?: Bus;
  clock?: Clock;
  /** Starts what judges: at `max` the product's own gateway unless given; at a numeric speed nothing, for one that runs on the bus already. */
  startGateway?: StartReplayGateway;
  /** The site's id; the name of the data set unless given. */
  site?: string;
  log?: Log;
  onProgress?: (progress: ReplayProgress) => void;
  signal?: AbortSignal;
}

export interface ReplayResult extends Score {
  rooms: number;
  readings: number;
  findings: ReplayFinding[];
  /** Alerts that were raised. */
  alerts: number;
  alerted_rooms: string[];
  /** How often a room's verdict changed. */
  verdict_changes: number;
  outages: { cause: string; rooms: number; from: string; to: string }[];
  bad_rows: BadRows;
  from: string;
  to: string;
  seconds: number;
}

/** Plays recorded data through the real pipeline and says what it found; with known faults beside the data, how well. */
export async function runReplay(options: ReplayOptions): Promise<ReplayResult> {
  const begun = systemClock.now();
  const { rooms, kind } = options;
  const data =
    typeof options.data === "string"
      ? await openDataSet(options.data, {
          ...(kind === undefined ? {} : { kind }),
          ...(rooms === undefined ? {} : { rooms }),
        })
      : options.data;
  const faults = await readFaults(join(data.dir, "faults.tsv"));
  const stage = setStage(options, data);
  const witness = await startWitness(stage.bus, stage.site);
  const startGateway = options.startGateway ?? (options.speed === "max" ? startRealGateway : undefined);
  const gateway = await startGateway?.({ bus: stage.gatewayBus, clock: stage.clock, log: options.log ?? silentLog });
  try {
    const played = await play(options, data, stage, witness);
    await settle();
    return summarise({ data, faults, witness, played, seconds: between(begun, systemClock.now()) / 1000 });
  } finally {
    await gateway?.stop();
    await witness.stop();
  }
}

/** Where a replay takes place. */
interface Stage {
  bus: Bus;
  gatewayBus: Bus;
  clock: Clock;
  site: string;
  /** Lets recorded time come to `at`. */
  waitFor: (at: Instant) => Promise<void>;
}

function setStage(options: ReplayOptions, data: DataSet): Stage {
  const site = options.site ?? data.kind;
  if (options.speed === "max") {
    const clock = new VirtualClock(data.start);
    const broker = new MemoryBroker();
    const waitFor = async (at: Instant): Promise<void> => {
      clock.advanceTo(at);
      await settle();
    };
    return { bus: new MemoryBus(broker), gatewayBus: new MemoryBus(broker), clock, site, waitFor };
  }
  const { bus, clock } = options;
  if (bus === undefined || clock === undefined)
    throw new GreenroomError("CONFIG_INVALID", "a replay at a numeric speed needs a bus and a clock");
  const waitFor = async (at: Instant): Promise<void> => {
    const left = between(clock.now(), at);
    if (left > 0) await sleep(clock, left);
  };
  return { bus, gatewayBus: bus, clock, site, waitFor };
}

/** Lets what was set going by promises come to rest. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Played {
  readings: number;
  start: Instant;
  end: Instant;
}

async function play(options: ReplayOptions, data: DataSet, stage: Stage, witness: Witness): Promise<Played> {
  const agent = data.kind;
  await announce(data, stage, agent);
  const feed = new DemoFeed(stage.bus, stage.site, options.demos ?? new Map());
  const sender = new Sender(stage.bus, { site: stage.site, agent, boot: `replay-${String(stage.clock.now())}` });
  let now = data.start;
  await feed.advance(now);
  for await (const batch of data.readings()) {
    for (const reading of batch) {
      if (reading.at > now) {
        now = reading.at;
        await stage.waitFor(now);
        await feed.advance(now);
        options.signal?.throwIfAborted();
      }
      await sender.send(reading);
    }
    options.onProgress?.({ at: now, readings: sender.sent, findings: witness.count });
  }
  return { readings: sender.sent, start: data.start, end: now };
}

/** Says what rooms and devices there are, as server and agent do. */
async function announce(data: DataSet, stage: Stage, agent: string): Promise<void> {
  const at = rfc3339(data.start);
  const devices = data.rooms.flatMap(({ room, devices }) => devices.map(({ device }) => `${room}/${device}`));
  for (const room of data.rooms) {
    await publish(stage.bus, "card", { site: stage.site, room: room.room }, cardOf(room, agent));
  }
  await publish(stage.bus, "agentState", { site: stage.site, agent }, { at, state: "online", devices });
}

function summarise({
  data,
  faults,
  witness,
  played,
  seconds,
}: {
  data: DataSet;
  faults: KnownFault[] | undefined;
  witness: Witness;
  played: Played;
  seconds: number;
}): ReplayResult {
  const end = rfc3339(played.end);
  const findings = witness.findings(end, data.kind === "keti-sdh");
  const known = faults?.filter((fault) => data.rooms.some(({ room }) => room === fault.room));
  const score: Score =
    known === undefined
      ? { precision: null, precision_strict: null, recall: null, missed: [], unfounded: [] }
      : scoreFindings(findings, known);
  return {
    rooms: data.rooms.length,
    readings: played.readings,
    findings,
    ...score,
    outages: outagesOf(findings),
    alerts: witness.alerts,
    alerted_rooms: witness.alertedRooms,
    verdict_changes: witness.verdictChanges,
    bad_rows: data.bad,
    from: rfc3339(played.start),
    to: end,
    seconds,
  };
}

/** One entry per cause, however many rooms it took along. */
function outagesOf(findings: readonly ReplayFinding[]): ReplayResult["outages"] {
  const byCause = Map.groupBy(
    findings.filter((finding) => finding.kind === "outage"),
    (finding) => finding.cause ?? "",
  );
  return [...byCause].map(([cause, members]) => ({
    cause,
    rooms: new Set(members.map((finding) => finding.room)).size,
    from: members.reduce((first, { from }) => (from < first ? from : first), members[0]?.from ?? ""),
    to: members.reduce((last, { to }) => (to > last ? to : last), ""),
  }));
}
