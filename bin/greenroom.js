/**
 * The command line as it is installed: what `npm ci` has built, or the sources where one has changed since. Plain JavaScript,
 * because with the first file that has types Node loads what strips them, which takes 17 MB in each thread.
 */
import { builtProgram } from "./built.js";

const program = builtProgram();
if (program === undefined) await import("../greenroom.ts");
else await (await import(program)).runProgram(process.argv);
