#!/usr/bin/env node
/** The command line from its sources; `bin/` has it as it is built. Each verb is a file of `commands/`, loaded only when it is asked for. */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Keeps modules as compiled: the next start is quicker, since no types have to be taken out again.
enableCompileCache(fileURLToPath(new URL("node_modules/.cache/greenroom", import.meta.url)));

const { runProgram } = await import("./commands/program.ts");
await runProgram(process.argv);
