#!/usr/bin/env node
/** The command line. Each verb is a file of `commands/`, loaded only when it is asked for. */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Keeps modules as compiled: the next start is quicker and needs less memory, since no TypeScript has to be read.
enableCompileCache(fileURLToPath(new URL("node_modules/.cache/greenroom", import.meta.url)));

const { runProgram } = await import("./commands/program.ts");
await runProgram(process.argv);
