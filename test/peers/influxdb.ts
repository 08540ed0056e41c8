import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type HttpPeer, startHttpPeer } from "./http-peer.ts";
import { findPeer } from "./peer-process.ts";

/** Debian's InfluxDB is 1.6: InfluxQL and the 1.x write API. */
export const findInfluxDb = (): string | undefined => findPeer("influxd", "influxdb");

export async function startInfluxDb(): Promise<HttpPeer> {
  const binary = findInfluxDb();
  if (binary === undefined) throw new Error("influxdb is not installed");
  return startHttpPeer({
    binary,
    readyPath: "/ping",
    async args(port, folder) {
      const file = join(folder, "influx.conf");
      await writeFile(
        file,
        `reporting-disabled = true
bind-address = "127.0.0.1:${await anotherPort()}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
[monitor]
store-enabled = false
[logging]
level = "error"
`,
      );
      return ["-config", file];
    },
  });
}

/** For its backup service, which cannot be turned off. */
function anotherPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === "object" && bound !== null ? bound.port : 0));
    });
  });
}
