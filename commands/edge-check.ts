import { Command } from "commander";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { type BrokerCheck, checkBroker } from "#edge/check/check-broker.ts";
import { checkDevices, type CheckedReading, type DeviceCheck } from "#edge/check/check-devices.ts";
import { loadEdgeConfig } from "#edge/config.ts";
import { print, printJson, run } from "./run.ts";

interface EdgeCheckOptions {
  config: string;
  broker: boolean;
  json?: boolean;
}

const MARK = { ok: "✓", warning: "!", fails: "✗" } as const;

export const edgeCheckCommand = (): Command =>
  new Command("check")
    .description(
      "Proves a configuration against the live devices: asks each once and prints what the agent would publish.",
    )
    .requiredOption("--config <file>", "the agent's configuration; see edge/agent.sample.yaml")
    .option("--no-broker", "leave out the sign-in at the broker")
    .option("--json", "for programs: {agent, site, ok, broker, devices}")
    .addHelpText(
      "after",
      `
Nothing is published and no secret is shown. A broker that is away is told, and is no failure: the outbox is for that.

Exit codes: 0 every device can be read · 1 a device cannot be read, or the broker refuses the agent · 2 the configuration has faults`,
    )
    .action(
      run(async (options: EdgeCheckOptions) => {
        const config = await loadEdgeConfig(options.config);
        const isJson = options.json === true;
        const { site, agent } = config;
        if (!isJson) print(`${site}: agent ${agent}, ${config.devices.length} devices\n`);
        const [devices, broker] = await Promise.all([
          checkDevices({
            config,
            clock: systemClock,
            log: silentLog,
            ...(!isJson && { onChecked: (check) => print(`${describeDevice(check)}\n`) }),
          }),
          options.broker ? checkBroker(config, systemClock) : undefined,
        ]);
        const isOk = devices.every(({ verdict }) => verdict !== "fails") && broker?.verdict !== "fails";
        if (isJson) printJson({ site, agent, ok: isOk, ...(broker !== undefined && { broker }), devices });
        else {
          if (broker !== undefined) print(`${describeBroker(broker)}\n`);
          print(summary(devices));
        }
        if (!isOk) process.exitCode = 1;
      }),
    );

function describeDevice({ room, device, driver, verdict, state, took_ms, ...rest }: DeviceCheck): string {
  const { model, firmware, name, readings, left_out, error } = rest;
  const who = [name, model, firmware].filter((part) => part !== undefined).join(", ");
  const lines = [`${MARK[verdict]} ${room}/${device} by ${driver}: ${state}, ${Math.round(took_ms)} ms`];
  if (who !== "") lines.push(`    ${who}`);
  lines.push(...readings.map(describeReading));
  if (left_out.length > 0) lines.push(`    left out, not part of the wire: ${left_out.join(", ")}`);
  if (error !== undefined) lines.push(`    ${error.code}: ${error.text}`, `    → ${error.cure}`);
  return lines.join("\n");
}

function describeReading({ metric, value, unit, implausible }: CheckedReading): string {
  const shown = typeof value === "number" ? String(Math.round(value * 1000) / 1000) : String(value);
  const doubt = implausible === true ? "   ! no working device reports this" : "";
  return `    ${metric.padEnd(24)}${`${shown} ${unit}`.trimEnd()}${doubt}`;
}

function describeBroker({ url, verdict, error }: BrokerCheck): string {
  if (error === undefined) return `${MARK[verdict]} broker ${url}: takes the agent`;
  return `${MARK[verdict]} broker ${url}: ${error.code}: ${error.text}\n    → ${error.cure}`;
}

function summary(devices: readonly DeviceCheck[]): string {
  const count = (verdict: DeviceCheck["verdict"]): number => devices.filter((each) => each.verdict === verdict).length;
  return `${count("ok")} right, ${count("warning")} with a warning, ${count("fails")} cannot be read.`;
}
