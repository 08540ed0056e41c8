import type { Driver } from "./driver.ts";

/**
 * The one list of drivers. A driver and its libraries are loaded only where a configuration names it, so that an agent on a
 * small machine carries nothing else: no file outside a driver's folder imports it, but for this list.
 */
const loaders: Readonly<Record<string, () => Promise<Driver>>> = {
  bacnet: async () => (await import("./bacnet/driver.ts")).bacnet,
  "esc-vp21": async () => (await import("./esc-vp21/driver.ts")).escVp21,
  extron: async () => (await import("./extron/driver.ts")).extron,
  "http-json": async () => (await import("./http-json/driver.ts")).httpJson,
  lw3: async () => (await import("./lw3/driver.ts")).lw3,
  modbus: async () => (await import("./modbus/driver.ts")).modbus,
  ntp: async () => (await import("./ntp/driver.ts")).ntp,
  pjlink: async () => (await import("./pjlink/driver.ts")).pjlink,
  qsys: async () => (await import("./qsys/driver.ts")).qsys,
  reach: async () => (await import("./reach/driver.ts")).reach,
  snmp: async () => (await import("./snmp/driver.ts")).snmp,
  tls: async () => (await import("./tls/driver.ts")).tls,
  xapi: async () => (await import("./xapi/driver.ts")).xapi,
};

export const driverIds: readonly string[] = Object.keys(loaders);

/** The drivers of these names, each under its own; a name that is not in the list is left out. */
export async function loadDrivers(ids: Iterable<string>): Promise<ReadonlyMap<string, Driver>> {
  const drivers = new Map<string, Driver>();
  for (const id of new Set(ids)) {
    const load = Object.hasOwn(loaders, id) ? loaders[id] : undefined;
    if (load !== undefined) drivers.set(id, await load());
  }
  return drivers;
}
