import type { Driver } from "./driver.ts";
import { pjlink } from "./pjlink/driver.ts";
import { reach } from "./reach/driver.ts";
import { xapi } from "./xapi/driver.ts";

/** The one list of drivers. */
export const driverList: readonly Driver[] = [pjlink, reach, xapi];

export const drivers: ReadonlyMap<string, Driver> = new Map(driverList.map((driver) => [driver.id, driver]));
