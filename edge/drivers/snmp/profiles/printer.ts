import { type Profile, type Reading, wordOf } from "./profile.ts";

const HOST = "1.3.6.1.2.1.25.3";
const SUPPLY_MOST = "1.3.6.1.2.1.43.11.1.1.8.1";
const SUPPLY_LEFT = "1.3.6.1.2.1.43.11.1.1.9.1";
const ALERT_SEVERITY = "1.3.6.1.2.1.43.18.1.1.2";
const ALERT_TEXT = "1.3.6.1.2.1.43.18.1.1.8";

/** hrPrinterDetectedErrorState, bits from the left of the first byte; some devices send no byte at all, others two. */
const ERROR_BITS = [
  ["paper is low", "warning"],
  ["no paper", "error"],
  ["toner is low", "warning"],
  ["no toner", "error"],
  ["a door is open", "error"],
  ["paper is jammed", "error"],
  ["offline", "error"],
  ["service is wanted", "warning"],
] as const;

/** hrDeviceStatus: 1 unknown, 2 running, 3 warning, 4 testing, 5 down. */
const STATUS: Readonly<Record<number, 0 | 1 | 2>> = { 2: 0, 3: 1, 4: 0, 5: 2 };
/** prtAlertSeverityLevel: 3 critical, 4 warning, 5 a warning that came or went. */
const SEVERITY: Readonly<Record<number, 0 | 1 | 2>> = { 3: 2, 4: 1, 5: 1 };
const LEVELS = ["ok", "warning", "error"] as const;
/** Alerts that one device tells. */
const ALERTS_TOLD = 5;

/** A printer, or what tells of itself like one (Host Resources and Printer-MIB, RFC 2790 and 3805). */
export const printer: Profile = {
  kind: "printer",
  oids: ({ printer_index: index }) => [`${HOST}.2.1.5.${index}`, `${HOST}.5.1.1.${index}`, `${HOST}.5.1.2.${index}`],
  tables: [SUPPLY_MOST, SUPPLY_LEFT, ALERT_SEVERITY, ALERT_TEXT],
  read({ answers, told, options: { printer_index: index } }: Reading) {
    const status = wordOf(answers.number(`${HOST}.2.1.5.${index}`), STATUS);
    const bits = answers.bytes(`${HOST}.5.1.2.${index}`);
    const errors = ERROR_BITS.filter((_, bit) => ((bits?.[0] ?? 0) & (0x80 >> bit)) !== 0);
    const alerts = answers
      .below(ALERT_SEVERITY)
      .map((row) => ({
        level: wordOf(answers.number(`${ALERT_SEVERITY}.${row}`), SEVERITY) ?? 0,
        text: answers.text(`${ALERT_TEXT}.${row}`) ?? "",
      }))
      .filter(({ level }) => level > 0);
    const levels = [
      status ?? 0,
      ...errors.map(([, level]) => LEVELS.indexOf(level)),
      ...alerts.map(({ level }) => level),
    ];
    if (status !== undefined || bits !== undefined || alerts.length > 0)
      told.put("other_health", LEVELS[Math.max(...levels)]);
    told.put("supply_pct", emptiest(answers));
    const words = [
      ...errors.map(([text]) => text),
      ...alerts.map(({ text }) => text).filter((text) => text !== ""),
      ...(status === 2 && errors.length === 0 && alerts.length === 0 ? ["it is down"] : []),
    ];
    return words.slice(0, ALERTS_TOLD);
  },
};

/** Negative levels say other, unknown or some left: never a percentage. */
function emptiest(answers: Reading["answers"]): number | undefined {
  const shares = answers.below(SUPPLY_LEFT).flatMap((row) => {
    const left = answers.number(`${SUPPLY_LEFT}.${row}`);
    const most = answers.number(`${SUPPLY_MOST}.${row}`);
    return left === undefined || most === undefined || left < 0 || most <= 0 ? [] : [(left / most) * 100];
  });
  return shares.length === 0 ? undefined : Math.min(...shares);
}
