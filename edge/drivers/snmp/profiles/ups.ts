import { type Profile, type Reading, wordOf } from "./profile.ts";

const UPS = "1.3.6.1.2.1.33.1";
const OUTPUT_LINES = [1, 2, 3] as const;
const [VOLTS, , WATTS, LOAD] = [2, 3, 4, 5];

/** upsOutputSource: on bypass, booster and reducer the mains still feed the load. */
const ON_MAINS: Readonly<Record<number, boolean>> = { 3: true, 4: true, 5: false, 6: true, 7: true };
const BATTERY: Readonly<Record<number, string>> = { 3: "its battery is low", 4: "its battery is empty" };

const line = (column: number | undefined, n: number): string => `${UPS}.4.4.1.${column}.${n}`;

/** An uninterruptible power supply by UPS-MIB (RFC 1628). */
export const ups: Profile = {
  kind: "ups",
  oids: () => [
    `${UPS}.2.1.0`,
    `${UPS}.2.3.0`,
    `${UPS}.2.4.0`,
    `${UPS}.2.7.0`,
    `${UPS}.4.1.0`,
    `${UPS}.6.1.0`,
    ...OUTPUT_LINES.flatMap((n) => [line(VOLTS, n), line(WATTS, n), line(LOAD, n)]),
  ],
  read({ answers, told }: Reading) {
    const battery = answers.number(`${UPS}.2.1.0`);
    const source = answers.number(`${UPS}.4.1.0`);
    const alarms = answers.number(`${UPS}.6.1.0`) ?? 0;
    const lines = OUTPUT_LINES.filter((n) => answers.has(line(LOAD, n)) || answers.has(line(WATTS, n)));
    const watts = lines.flatMap((n) => answers.number(line(WATTS, n)) ?? []);
    const loads = lines.flatMap((n) => answers.number(line(LOAD, n)) ?? []);
    const faults = [
      wordOf(battery, BATTERY),
      source === 5 ? "it runs on its battery" : source === 2 ? "its output is off" : undefined,
      alarms > 0 ? `${alarms} of its own alarms` : undefined,
    ].filter((fault) => fault !== undefined);
    told.putAll({
      battery_pct: answers.number(`${UPS}.2.4.0`),
      runtime_left_min: answers.number(`${UPS}.2.3.0`),
      chip_temperature_c: answers.number(`${UPS}.2.7.0`),
      external_power: wordOf(source, ON_MAINS),
      switched_on: source === undefined || source === 1 ? undefined : source !== 2,
      voltage_v: answers.number(line(VOLTS, 1)),
      power_w: watts.length === 0 ? undefined : watts.reduce((sum, each) => sum + each, 0),
      load_pct: loads.length === 0 ? undefined : Math.max(...loads),
      other_health: battery === undefined && source === undefined ? undefined : healthOf(battery, source, alarms),
    });
    return faults;
  },
};

function healthOf(battery: number | undefined, source: number | undefined, alarms: number): string {
  if (battery === 4 || source === 2) return "error";
  return battery === 3 || source === 5 || alarms > 0 ? "warning" : "ok";
}
