import { spawn } from "node:child_process";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { systemClock } from "#contract/system-clock.ts";
import { rfc3339 } from "#contract/units.ts";
import { topicOf } from "#contract/wire.ts";

/**
 * Publishes readings as fast as a broker acknowledges them (closed loop: so many unacknowledged at a time), or at a fixed
 * rate, on plain sockets, so that it costs little beside what it measures. Run as a child process it takes its options
 * as JSON in its one argument and prints its report as one line of JSON.
 */
export interface LoadOptions {
  host?: string;
  port: number;
  /** One connection each. */
  agents: readonly { agent: string; key: string; rooms: readonly string[] }[];
  devicesPerRoom?: number;
  kinds?: readonly PayloadKind[];
  /** Unacknowledged readings over all connections. */
  window?: number;
  /** Readings per second over all connections; absent means as fast as acknowledged. */
  rate?: number;
  seconds: number;
  /** Not counted. */
  warmUpSeconds?: number;
}

export interface LoadReport {
  /** Of the counted time. */
  acknowledged: number;
  seconds: number;
  per_second: number;
  /** From the write to the PUBACK. */
  ack_ms: { p50: number; p99: number; max: number };
  generator_cpu_s: number;
  /** The highest `seq` acknowledged to each agent, from 1 without holes, the warm-up included. */
  acknowledged_seq: Record<string, number>;
  sent_seq: Record<string, number>;
  boot: string;
  /** Connections that broke or were refused. */
  lost: number;
}

const payloads = {
  climate: (n: number) =>
    `"temperature_c":${(20 + (n % 40) / 10).toFixed(1)},"humidity_pct":${40 + (n % 15)},"co2_ppm":${500 + (n % 600)},"noise_dba":${30 + (n % 9)}`,
  display: (n: number) =>
    `"power_state":"${n % 50 === 0 ? "off" : "on"}","input_state":"right","lamp_hours_h":${1_000 + (n % 7)},"reachable":true`,
  network: (n: number) => `"reachable":true,"latency_ms":${(1 + (n % 30) / 10).toFixed(1)},"packet_loss_pct":0`,
  occupancy: (n: number) => `"occupied":${n % 3 === 0},"people_count":${n % 9},"motion_pct":${n % 100}`,
  call: (n: number) => `"registered":true,"in_call":${n % 5 === 0},"cameras_connected":1,"microphones_connected":2`,
} as const;
type PayloadKind = keyof typeof payloads;
const payloadKinds = Object.keys(payloads) as readonly PayloadKind[];

/** Distinct sets of values per kind, made beforehand. */
const VARIANTS = 97;
/** Bytes that are handed to a socket at a time. */
const WRITE_BYTES = 64 * 1024;
const TICK_MS = 5;

export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const boot = `bench-${process.pid}`;
  const window = Math.max(1, Math.floor((options.window ?? 1_000) / options.agents.length));
  const lines = await Promise.all(options.agents.map((agent) => openLine({ ...options, ...agent, boot, window })));
  const isOpenLoop = options.rate !== undefined;
  const began = performance.now();
  const pacer = isOpenLoop ? setInterval(() => pace(lines, options.rate ?? 0, began), TICK_MS) : undefined;
  if (!isOpenLoop) for (const line of lines) line.fill();
  await pause((options.warmUpSeconds ?? 0) * 1000);
  const before = count(lines);
  const cpu = process.cpuUsage();
  const from = performance.now();
  for (const line of lines) line.latencies.length = 0;
  await Promise.race([pause(options.seconds * 1000), Promise.all(lines.map((line) => line.gone))]);
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const acknowledged = count(lines) - before;
  clearInterval(pacer);
  const latencies = lines.flatMap((line) => line.latencies).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    round(latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0);
  for (const line of lines) line.end();
  return {
    acknowledged,
    seconds: round(seconds),
    per_second: Math.round(acknowledged / seconds),
    ack_ms: { p50: at(0.5), p99: at(0.99), max: at(1) },
    generator_cpu_s: round((user + system) / 1e6),
    acknowledged_seq: Object.fromEntries(lines.map((line) => [line.agent, line.acknowledged])),
    sent_seq: Object.fromEntries(lines.map((line) => [line.agent, line.sent])),
    boot,
    lost: lines.filter((line) => line.isLost).length,
  };
}

/** Runs the load in a process of its own, so that it does not share the broker's event loop. */
export function spawnLoad(options: LoadOptions): Promise<LoadReport> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(out) as LoadReport);
      else reject(new Error(`the load generator ended with ${code}`));
    });
  });
}

interface Topic {
  /** The topic as the packet carries it. */
  head: Buffer;
  variants: readonly string[];
}
type LineOptions = LoadOptions & { agent: string; key: string; rooms: readonly string[]; boot: string; window: number };

class Line {
  readonly agent: string;
  readonly latencies: number[] = [];
  readonly gone: Promise<void>;
  acknowledged = 0;
  sent = 0;
  isLost = false;
  readonly #socket: Socket;
  readonly #window: number;
  readonly #topics: readonly Topic[];
  readonly #identity: string;
  /** When each unacknowledged reading was written, in a ring: PUBACKs come in order. */
  readonly #times: Float64Array;
  #rest: Buffer = Buffer.alloc(0);
  #isEnding = false;
  readonly #isOpenLoop: boolean;

  constructor(socket: Socket, options: LineOptions) {
    this.agent = options.agent;
    this.#socket = socket;
    this.#isOpenLoop = options.rate !== undefined;
    this.#window = this.#isOpenLoop ? 60_000 : options.window;
    this.#times = new Float64Array(65_536);
    this.#topics = topicsOf(options);
    this.#identity = `"agent":"${options.agent}","boot":"${options.boot}"`;
    this.gone = new Promise((resolve) => {
      socket.once("close", () => {
        this.isLost = !this.#isEnding;
        resolve();
      });
    });
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
  }

  /** Writes as many readings as the window has room for. */
  fill(most = Number.POSITIVE_INFINITY): void {
    let room = Math.min(most, this.#window - (this.sent - this.acknowledged));
    const now = performance.now();
    const at = rfc3339(systemClock.now());
    while (room > 0 && !this.#isEnding && this.#socket.writable) {
      const parts: Buffer[] = [];
      let bytes = 0;
      for (; room > 0 && bytes < WRITE_BYTES; room--) {
        const packet = this.#packet(at);
        this.#times[this.sent & 65_535] = now;
        this.sent += 1;
        parts.push(packet);
        bytes += packet.length;
      }
      this.#socket.write(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, bytes));
    }
  }

  end(): void {
    this.#isEnding = true;
    this.#socket.destroy();
  }

  #packet(at: string): Buffer {
    const seq = this.sent + 1;
    const topic = this.#topics[seq % this.#topics.length] as Topic;
    const metrics = topic.variants[seq % VARIANTS] as string;
    const payload = `{"at":"${at}",${this.#identity},"seq":${seq},"metrics":{${metrics}}}`;
    const length = topic.head.length + 2 + payload.length;
    const packet = Buffer.allocUnsafe(1 + (length < 128 ? 1 : 2) + length);
    packet[0] = 0x32;
    let offset = packet.length - length;
    if (length < 128) packet[1] = length;
    else {
      packet[1] = (length & 0x7f) | 0x80;
      packet[2] = length >> 7;
    }
    topic.head.copy(packet, offset);
    offset += topic.head.length;
    packet.writeUInt16BE((seq % 65_535) + 1, offset);
    packet.write(payload, offset + 2, "latin1");
    return packet;
  }

  #received(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const now = performance.now();
    let at = 0;
    for (; at + 4 <= data.length; at += 4) {
      if (data[at] !== 0x40) continue;
      this.latencies.push(now - (this.#times[this.acknowledged & 65_535] ?? now));
      this.acknowledged += 1;
    }
    this.#rest = at < data.length ? data.subarray(at) : Buffer.alloc(0);
    if (!this.#isOpenLoop) this.fill();
  }
}

/** Signs in and resolves once it may publish. */
async function openLine(options: LineOptions): Promise<Line> {
  const socket = connect({ host: options.host ?? "127.0.0.1", port: options.port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => socket.write(connectPacket(options.agent, options.key)));
    socket.once("data", (answer: Buffer) => {
      if (answer[0] === 0x20 && answer[3] === 0) resolve();
      else reject(new Error(`the broker refuses ${options.agent}: CONNACK ${answer[3]}`));
    });
  });
  socket.removeAllListeners("error");
  socket.on("error", () => {});
  return new Line(socket, options);
}

function connectPacket(agent: string, key: string): Buffer {
  const field = (text: string): Buffer =>
    Buffer.concat([Buffer.from([text.length >> 8, text.length & 0xff]), Buffer.from(text)]);
  const body = Buffer.concat([field("MQTT"), Buffer.from([4, 0xc2, 0, 60]), field(agent), field(agent), field(key)]);
  if (body.length > 127) throw new Error("the agent's name and key are too long for this generator");
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

function topicsOf(options: LineOptions): Topic[] {
  const kinds = options.kinds ?? payloadKinds;
  return options.rooms.flatMap((roomKey) => {
    const [site = "", room = ""] = roomKey.split("/");
    return Array.from({ length: options.devicesPerRoom ?? kinds.length }, (_, i) => {
      const kind = kinds[i % kinds.length] as PayloadKind;
      const topic = topicOf("reading", { site, room, device: `${kind}-${i}` });
      const head = Buffer.concat([Buffer.from([topic.length >> 8, topic.length & 0xff]), Buffer.from(topic)]);
      return { head, variants: Array.from({ length: VARIANTS }, (_, n) => payloads[kind](n)) };
    });
  });
}

/** Catches up with what should have been sent by now. */
function pace(lines: readonly Line[], rate: number, began: number): void {
  const due = Math.floor(((performance.now() - began) / 1000) * (rate / lines.length));
  for (const line of lines) line.fill(due - line.sent);
}

const count = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + line.acknowledged, 0);
const round = (n: number): number => Math.round(n * 100) / 100;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

if (import.meta.main) {
  const report = await runLoad(JSON.parse(process.argv[2] ?? "{}") as LoadOptions);
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
