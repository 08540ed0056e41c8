import type { Clock } from "#contract/clock.ts";
import { type ErrorCode, errorKinds, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { isPlausible, metrics as registry, type MetricValue, wrongType } from "#contract/metrics.ts";
import { between } from "#contract/units.ts";
import type { DeviceConfig, EdgeConfig } from "../config.ts";
import type { Driver, Observation, OpenDevice } from "../drivers/driver.ts";
import { loadDrivers } from "../drivers/registry.ts";
import { hideSecrets } from "./hide-secrets.ts";

export interface CheckedReading {
  metric: string;
  value: MetricValue;
  unit: string;
  /** No working device reports this: it would be published, and judged as a finding about the device. */
  implausible?: true;
}

/** What one look at a configured device gave, as the agent would publish it. */
export interface DeviceCheck {
  room: string;
  device: string;
  name?: string;
  driver: string;
  /** `warning`: it is read as configured, and tells of a trouble of its own. */
  verdict: "ok" | "warning" | "fails";
  state: Observation["state"];
  readings: readonly CheckedReading[];
  /** Names or values that the wire does not know: the agent would leave them out. */
  left_out: readonly string[];
  model?: string;
  firmware?: string;
  took_ms: number;
  error?: { code: ErrorCode; text: string; cure: string };
}

export interface CheckOptions {
  config: EdgeConfig;
  clock: Clock;
  log: Log;
  /** Told of each as soon as it is known, in the order in which they answer. */
  onChecked?: (check: DeviceCheck) => void;
}

/** Polled side by side: a device that hangs holds up only its own place. */
const AT_ONCE = 8;
/** Findings about the device or this machine, not about how it is configured. */
const FINDINGS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["DEVICE_FAULT", "CERTIFICATE_BAD", "CLOCK_WRONG"]);

/** Polls each device once; nothing is published and nothing is kept. The answer is in the configuration's order. */
export async function checkDevices(options: CheckOptions): Promise<DeviceCheck[]> {
  const { devices } = options.config;
  const drivers = await loadDrivers(devices.map(({ driver }) => driver));
  const checks: DeviceCheck[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < devices.length; i = next++) {
      const device = devices[i] as DeviceConfig;
      const driver = drivers.get(device.driver);
      if (driver === undefined) throw new Error(`there is no driver ${device.driver}`);
      const check = await checkDevice(device, driver, options);
      checks[i] = check;
      options.onChecked?.(check);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return checks;
}

async function checkDevice(device: DeviceConfig, driver: Driver, options: CheckOptions): Promise<DeviceCheck> {
  const { clock, log } = options;
  const startedAt = clock.now();
  const abort = new AbortController();
  const cancel = clock.after(driver.longestPoll, () => abort.abort());
  let seen: Observation;
  let open: OpenDevice | undefined;
  try {
    open = driver.open(device.options, { clock, log });
    seen = await open.poll(abort.signal);
  } catch (error) {
    seen = { state: "offline", metrics: {}, error: { code: "DEVICE_GARBAGE", text: messageOf(error) } };
  } finally {
    cancel();
    open?.close?.();
  }
  const { readings, leftOut } = publishable(seen.metrics);
  const hide = hideSecrets(device.options);
  const { state, model, firmware, error } = seen;
  const { room, name } = device;
  return {
    room,
    device: device.device,
    ...(name !== undefined && { name }),
    driver: driver.id,
    verdict: verdictOf(seen, readings),
    state,
    readings,
    left_out: leftOut,
    ...(model !== undefined && { model: hide(model.slice(0, 128)) }),
    ...(firmware !== undefined && { firmware: hide(firmware.slice(0, 128)) }),
    took_ms: Math.max(0, between(startedAt, clock.now())),
    ...(error !== undefined && {
      error: { code: error.code, text: hide(error.text.slice(0, 512)), cure: errorKinds[error.code].cure },
    }),
  };
}

/** As the poller does it: what the registry does not know would be refused later, elsewhere. */
function publishable(metrics: Observation["metrics"]): { readings: CheckedReading[]; leftOut: string[] } {
  const readings: CheckedReading[] = [];
  const leftOut: string[] = [];
  for (const [name, value] of Object.entries(metrics)) {
    const metric = registry.get(name);
    if (metric === undefined || wrongType(metric, value) !== undefined) leftOut.push(name);
    else
      readings.push({
        metric: name,
        value,
        unit: metric.kind === "number" ? metric.unit : "",
        ...(!isPlausible(metric, value) && { implausible: true as const }),
      });
  }
  return { readings, leftOut };
}

/** A display that rightly sleeps is no failure; one that answers and cannot be read is. */
function verdictOf({ state, error }: Observation, readings: readonly CheckedReading[]): DeviceCheck["verdict"] {
  if (state === "sleeping") return "ok";
  if (state === "offline") return "fails";
  if (error !== undefined) return FINDINGS.has(error.code) ? "warning" : "fails";
  return readings.some(({ implausible }) => implausible === true) ? "warning" : "ok";
}
