import { Command } from "commander";
import { run } from "./run.ts";

export const benchCommand = (): Command =>
  new Command("bench").description("Measures this program on this machine.").action(run(() => {}));
