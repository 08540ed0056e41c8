import { Command } from "commander";
import { version } from "./version.ts";

/** Verbs in the order in which help lists them. */
const verbs: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./start.ts")).startCommand(),
  edge: async () => (await import("./edge.ts")).edgeCommand(),
  gateway: async () => (await import("./gateway.ts")).gatewayCommand(),
  server: async () => (await import("./server.ts")).serverCommand(),
  simulate: async () => (await import("./simulate.ts")).simulateCommand(),
  replay: async () => (await import("./replay.ts")).replayCommand(),
  "what-if": async () => (await import("./what-if.ts")).whatIfCommand(),
  decode: async () => (await import("./decode.ts")).decodeCommand(),
  calendar: async () => (await import("./calendar.ts")).calendarCommand(),
  doctor: async () => (await import("./doctor.ts")).doctorCommand(),
  token: async () => (await import("./token.ts")).tokenCommand(),
  agent: async () => (await import("./agent.ts")).agentCommand(),
  evaluate: async () => (await import("./evaluate.ts")).evaluateCommand(),
  bench: async () => (await import("./bench.ts")).benchCommand(),
};

/** Parses the command line and runs its verb. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = new Command("greenroom")
    .description("Watches meeting rooms so that no client walks into one that is not ready.")
    .version(version)
    // So that verbs of verbs may have options of the same name (edge, edge check).
    .enablePositionalOptions()
    .showHelpAfterError("(add --help for what it takes)")
    .addHelpText(
      "after",
      `
Environment:
  PORT        where the web and the REST interface listen (8080)
  MQTT_PORT   where the embedded broker listens (1883)
  MQTTS_PORT  where it listens with TLS (nowhere)
  HOST        the address that both listen on (127.0.0.1)
  DATA_DIR    where everything is kept (./data)

Exit codes: 0 done · 1 it failed · 2 the input or the configuration has faults`,
    );
  const asked = verbs[argv[2] ?? ""];
  for (const load of asked === undefined ? Object.values(verbs) : [asked]) program.addCommand(await load());
  await program.parseAsync([...argv]);
}
