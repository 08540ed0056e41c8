import { between, millis, type Millis, seconds } from "#contract/units.ts";
import {
  defineDriver,
  type DriverContext,
  type Obeyed,
  type Observation,
  type OpenDevice,
  type Order,
} from "../driver.ts";
import { obey } from "./obey.ts";
import { XapiOptions } from "./options.ts";
import { XapiFailure, XapiRefusal, XapiSession } from "./session.ts";
import { identityOf, toldBy, type Tree, troublesOf, XapiGarbage } from "./status.ts";

/** The parts of the status tree that say anything to Greenroom. Models lack some: those are not asked again. */
const PATHS: readonly (readonly string[])[] = [
  ["SystemUnit"],
  ["Standby"],
  ["Webex", "Status"],
  ["SIP", "Registration"],
  ["RoomAnalytics"],
  ["Audio", "Microphones"],
  ["Audio", "Input", "Connectors", "Microphone"],
  ["Cameras", "Camera"],
  ["Diagnostics", "Message"],
  ["Peripherals", "ConnectedDevice"],
];

/** Cisco room devices (RoomOS, CE 9.7 and later) by xAPI over WebSocket. */
export const xapi = defineDriver({
  id: "xapi",
  title: "Cisco room devices by xAPI over WebSocket",
  options: XapiOptions,
  kind: "codec",
  shortestInterval: seconds(10),
  longestPoll: seconds(30),
  intervals: (_, every: Millis) => ({
    reachable: every,
    latency_ms: every,
    registered: every,
    in_call: every,
    power_state: every,
    cameras_connected: every,
    microphones_connected: every,
    microphone_muted: every,
    other_health: every,
    people_count: every,
    occupied: every,
    noise_dba: every,
    temperature_c: every,
    humidity_pct: every,
    uptime_s: every,
  }),
  open: (options, context) => new XapiDevice(options, context),
});

class XapiDevice implements OpenDevice {
  readonly #options: XapiOptions;
  readonly #context: DriverContext;
  /** What this model does not have. */
  readonly #absent = new Set<string>();

  constructor(options: XapiOptions, context: DriverContext) {
    this.#options = options;
    this.#context = context;
  }

  async poll(signal: AbortSignal): Promise<Observation> {
    const { clock } = this.#context;
    const startedAt = clock.now();
    const status: Tree = {};
    let session: XapiSession | undefined;
    try {
      session = await XapiSession.open(this.#options, clock, signal);
      for (const path of PATHS) await this.#look(session, path, status);
      const took = between(startedAt, clock.now());
      const troubles = troublesOf(status);
      const told = toldBy(status);
      if (took >= 0 && took <= 60_000) told.put("latency_ms", millis(took));
      const { refused } = told;
      return {
        state: "online",
        metrics: { reachable: true, ...told.metrics },
        ...identityOf(status),
        ...(refused !== undefined && { error: { code: "DEVICE_GARBAGE" as const, text: this.#named(refused) } }),
        ...(troubles.length > 0 && { error: { code: "DEVICE_FAULT" as const, text: troubles.join("; ") } }),
      };
    } catch (error) {
      return this.#troubled(error, status);
    } finally {
      session?.end();
    }
  }

  async obey(order: Order, signal: AbortSignal): Promise<Obeyed> {
    const { clock } = this.#context;
    let session: XapiSession | undefined;
    try {
      session = await XapiSession.open(this.#options, clock, signal);
      return await obey(order, { session, clock, signal, testCall: this.#options.test_call });
    } catch (error) {
      if (error instanceof XapiFailure) return { ok: false, code: error.code, text: this.#named(error.message) };
      if (error instanceof XapiRefusal || error instanceof XapiGarbage)
        return { ok: false, code: "DEVICE_REFUSED", text: this.#named(error.message) };
      throw error;
    } finally {
      session?.end();
    }
  }

  async #look(session: XapiSession, path: readonly string[], status: Tree): Promise<void> {
    const key = path.join(" ");
    if (this.#absent.has(key)) return;
    try {
      put(status, path, await session.ask("xGet", { Path: ["Status", ...path] }));
    } catch (error) {
      if (!(error instanceof XapiRefusal)) throw error;
      this.#absent.add(key);
    }
  }

  /** What was answered before the trouble is kept, if it can be read. */
  #troubled(error: unknown, status: Tree): Observation {
    if (error instanceof XapiGarbage)
      return {
        state: "online",
        metrics: { reachable: true },
        error: { code: "DEVICE_GARBAGE", text: this.#named(error.message) },
      };
    if (!(error instanceof XapiFailure)) throw error;
    const said = { code: error.code, text: this.#named(error.message) };
    if (Object.keys(status).length > 0) {
      try {
        return {
          state: "online",
          metrics: { reachable: true, ...toldBy(status).metrics },
          error: said,
          ...identityOf(status),
        };
      } catch (garbage) {
        if (!(garbage instanceof XapiGarbage)) throw garbage;
      }
    }
    const answers = error.code === "DEVICE_PASSWORD";
    return {
      state: "offline",
      metrics: { reachable: answers },
      error: said,
      ...(error.giveUp && { giveUp: true as const }),
    };
  }

  #named(text: string): string {
    return `${this.#options.host}:${this.#options.port} ${text}`;
  }
}

/** Puts an answer where it stands in the whole tree. */
function put(status: Tree, path: readonly string[], value: unknown): void {
  let here = status;
  for (const key of path.slice(0, -1)) {
    const next = here[key];
    here[key] = typeof next === "object" && next !== null ? next : {};
    here = here[key] as Tree;
  }
  here[path.at(-1) ?? ""] = value;
}
