import { type HttpPeer, startHttpPeer } from "./http-peer.ts";
import { findPeer } from "./peer-process.ts";

export interface VictoriaMetrics extends HttpPeer {
  /** Makes what was written visible to queries at once; by itself that takes some ten seconds. */
  flush(): Promise<void>;
}

export const findVictoriaMetrics = (): string | undefined => findPeer("victoria-metrics", "victoria-metrics");

/** VictoriaMetrics takes InfluxDB 2's writes. What is written again has the same instant and value, and is made one by its deduplication. */
export async function startVictoriaMetrics(): Promise<VictoriaMetrics> {
  const binary = findVictoriaMetrics();
  if (binary === undefined) throw new Error("victoria-metrics is not installed");
  const peer = await startHttpPeer({
    binary,
    readyPath: "/health",
    args: (port, folder) => [
      `-storageDataPath=${folder}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      "-retentionPeriod=12",
      "-search.latencyOffset=0s",
      "-dedup.minScrapeInterval=1ms",
      "-loggerLevel=ERROR",
    ],
  });
  const flush = async (): Promise<void> => {
    await fetch(`${peer.url}/internal/force_flush`);
  };
  return { ...peer, flush };
}
