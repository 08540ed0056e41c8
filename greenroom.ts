#!/usr/bin/env node
/** The command line. Each verb is a file of `commands/`. */
import { Command } from "commander";
import { agentCommand } from "./commands/agent.ts";
import { benchCommand } from "./commands/bench.ts";
import { calendarCommand } from "./commands/calendar.ts";
import { decodeCommand } from "./commands/decode.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { edgeCommand } from "./commands/edge.ts";
import { gatewayCommand } from "./commands/gateway.ts";
import { replayCommand } from "./commands/replay.ts";
import { serverCommand } from "./commands/server.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { startCommand } from "./commands/start.ts";
import { tokenCommand } from "./commands/token.ts";
import { version } from "./commands/version.ts";

const program = new Command("greenroom")
  .description("Watches meeting rooms so that no client walks into one that is not ready.")
  .version(version)
  .showHelpAfterError("(add --help for what it takes)")
  .addHelpText(
    "after",
    `
Environment:
  PORT        where the web and the REST interface listen (8080)
  MQTT_PORT   where the embedded broker listens (1883)
  HOST        the address that both listen on (127.0.0.1)
  DATA_DIR    where everything is kept (./data)

Exit codes: 0 done · 1 it failed · 2 the input or the configuration has faults`,
  );
for (const command of [
  startCommand,
  edgeCommand,
  gatewayCommand,
  serverCommand,
  simulateCommand,
  replayCommand,
  decodeCommand,
  calendarCommand,
  doctorCommand,
  tokenCommand,
  agentCommand,
  benchCommand,
]) {
  program.addCommand(command());
}
await program.parseAsync();
