import { Command } from "commander";
import { type Finding, examine } from "./doctor/examine.ts";
import { print, printJson, run } from "./run.ts";

const MARK: Readonly<Record<Finding["state"], string>> = { ok: "✓", warning: "!", wrong: "✗" };

export const doctorCommand = (): Command =>
  new Command("doctor")
    .description(
      "Checks runtime, configuration, data folder, ports, broker, history, channels and calendars: says what is wrong and how to mend it.",
    )
    .option("--config <file>", "the configuration (greenroom.yaml where it exists)")
    .option("--broker <url>", "an external MQTT broker")
    .option("--data-dir <folder>", "the data folder (DATA_DIR, ./data)")
    .option("--json", "for programs: [{check, state, finding, cure}]")
    .addHelpText("after", "\nExit codes: 0 nothing is wrong · 1 something is wrong")
    .action(
      run(async (options: { config?: string; broker?: string; dataDir?: string; json?: boolean }) => {
        const findings = await examine(options);
        if (options.json === true) printJson(findings);
        else {
          for (const { check, state, finding, cure } of findings)
            print(
              `${MARK[state]} ${check.padEnd(14)} ${finding}${cure === undefined ? "" : `\n${" ".repeat(17)}→ ${cure}`}`,
            );
        }
        if (findings.some(({ state }) => state === "wrong")) process.exitCode = 1;
      }),
    );
