import { between, type Millis, millis, seconds } from "#contract/units.ts";
import { failed } from "../device-failure.ts";
import { defineDriver, type DriverContext, type Observation } from "../driver.ts";
import { fetchDocument } from "./fetch-document.ts";
import { HttpJsonOptions } from "./options.ts";
import { DocumentReader } from "./read-document.ts";

/** Whatever answers a GET with JSON: sensors, bridges, room controllers, a maker's cloud. */
export const httpJson = defineDriver({
  id: "http-json",
  title: "Devices and services that answer with JSON over HTTP(S)",
  options: HttpJsonOptions,
  kind: ({ kind }) => kind,
  shortestInterval: seconds(10),
  longestPoll: seconds(25),
  intervals: ({ readings }, every: Millis) => ({
    reachable: every,
    latency_ms: every,
    ...Object.fromEntries(readings.map(({ metric }) => [metric, every])),
  }),
  open: (options, context) => {
    const reader = new DocumentReader(options);
    return { poll: (signal) => look(options, reader, context, signal) };
  },
});

async function look(
  options: HttpJsonOptions,
  reader: DocumentReader,
  { clock }: DriverContext,
  signal: AbortSignal,
): Promise<Observation> {
  const startedAt = clock.now();
  const place = new URL(options.url).host;
  try {
    const bytes = await fetchDocument(options, clock, signal);
    const took = between(startedAt, clock.now());
    const told = await reader.read(bytes, clock.now());
    if (took >= 0 && took <= 60_000) told.put("latency_ms", millis(took));
    const { refused } = told;
    return {
      state: "online",
      metrics: { reachable: true, ...told.metrics },
      ...(refused !== undefined && { error: { code: "DEVICE_GARBAGE", text: `${place}: ${refused}` } }),
    };
  } catch (error) {
    return failed(error, place);
  }
}
