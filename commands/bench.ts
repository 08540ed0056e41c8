import { Command, InvalidArgumentError } from "commander";
import { print, printJson, run } from "./run.ts";

interface BenchOptions {
  json?: boolean;
  seconds: number;
  rounds: number;
  rate: number;
}

const number = (text: string): number => {
  const n = Number(text);
  if (!(n > 0)) throw new InvalidArgumentError("must be a number above 0");
  return n;
};
const note = (text: string): void => void process.stderr.write(`${text}\n`);

export const benchCommand = (): Command =>
  new Command("bench")
    .description("Measures this program on this machine; each in processes of its own, on loopback and free ports.")
    .addCommand(
      new Command("ingest")
        .description("Readings per second through the whole pipeline, against a null intake in the same run.")
        .option("--seconds <n>", "per measurement", number, 4)
        .option("--rounds <n>", "rounds; medians are told", number, 3)
        .option("--json", "for programs")
        .action(
          run(async ({ seconds, rounds, json }: BenchOptions) => {
            const { benchIngest } = await import("../test/bench/ingest.ts");
            const report = await benchIngest({ seconds, rounds, note: json === true ? () => {} : note });
            if (json === true) printJson(report);
            else
              for (const [way, { per_second, per_core_second, ratio_to_null }] of Object.entries(report.summary))
                print(
                  `${way.padEnd(10)} ${per_second} readings/s, ${per_core_second} per core-second, ${ratio_to_null} of the null intake`,
                );
            process.exit();
          }),
        ),
    )
    .addCommand(
      new Command("latency")
        .description("From publishing a reading until the WebSocket frame that shows it, beside a steady load.")
        .option("--seconds <n>", "how long", number, 15)
        .option("--rate <n>", "readings per second of the load", number, 500)
        .option("--json", "for programs")
        .action(
          run(async ({ seconds, rate, json }: BenchOptions) => {
            const { benchLatency } = await import("../test/bench/latency.ts");
            const report = await benchLatency({ seconds, rate });
            if (json === true) printJson(report);
            else
              print(
                `at ${report.load_per_second} readings/s: p50 ${report.ms.p50} ms, p99 ${report.ms.p99} ms, max ${report.ms.max} ms (${report.probes} probes, ${report.lost} lost)`,
              );
            process.exit();
          }),
        ),
    )
    .addCommand(
      new Command("translate")
        .description("Messages of each vendor understood per second of one core, against reading their bytes alone.")
        .option("--seconds <n>", "of processor time, per vendor", number, 2)
        .option("--json", "for programs")
        .action(
          run(async ({ seconds, json }: { seconds: number; json?: boolean }) => {
            const { benchTranslate } = await import("../test/bench/translate.ts");
            const report = benchTranslate({ seconds });
            if (json === true) printJson(report);
            else
              for (const [vendor, { per_core_second, ratio_to_null }] of Object.entries(report.vendors))
                print(
                  `${vendor.padEnd(14)} ${per_core_second} messages per core-second, ${ratio_to_null} of reading the bytes`,
                );
          }),
        ),
    )
    .addCommand(
      new Command("memory")
        .description("Resident memory of the program as `npm start` runs it, with the sample building.")
        .option("--minutes <n>", "how long", number, 60)
        .option("--json", "for programs")
        .action(
          run(async ({ minutes, json }: { minutes: number; json?: boolean }) => {
            const { benchMemory } = await import("../test/bench/memory.ts");
            const report = await benchMemory({ minutes, note });
            const { start, median, max, end } = report.rss_mb;
            if (json === true) printJson(report);
            else
              print(`${minutes} minutes: ${start} MB, median ${median}, max ${max}, end ${end}; aim ${report.aim_mb}`);
            process.exit();
          }),
        ),
    )
    .addCommand(
      new Command("edge")
        .description(
          "Memory and processor of the agent by itself, as its service runs it, with twenty devices at 10 s.",
        )
        .option("--minutes <n>", "how long", number, 10)
        .option("--json", "for programs")
        .action(
          run(async ({ minutes, json }: { minutes: number; json?: boolean }) => {
            const { benchEdge } = await import("../test/bench/edge.ts");
            const report = await benchEdge({ minutes, note: json === true ? () => {} : note });
            const { rss_mb, peak_mb, cpu_pct, readings, aim } = report;
            if (json === true) printJson(report);
            else
              print(
                `${minutes} minutes, ${readings} readings: ${rss_mb.end} MB resident at the end, median ${rss_mb.median}, peak ${peak_mb}, ${cpu_pct} % of one core; aim ${aim.rss_mb} MB, ${aim.cpu_pct} %`,
              );
            process.exit();
          }),
        ),
    )
    .addCommand(
      new Command("judge")
        .description("What judging one reading costs: state, checks, forecast and policy, by the number of rooms.")
        .option("--readings <n>", "per number of rooms", number, 40_000)
        .option("--json", "for programs")
        .action(
          run(async ({ readings, json }: { readings: number; json?: boolean }) => {
            const { benchJudge } = await import("../test/bench/judge.ts");
            const report = await benchJudge({ readings });
            if (json === true) printJson(report);
            else {
              for (const { rooms, us_p50, us_p99, published_share } of report.costs)
                print(
                  `${String(rooms).padStart(6)} rooms: p50 ${us_p50} µs, p99 ${us_p99} µs, ${published_share} published`,
                );
              print(`most over fewest rooms ${report.ratio}; aim ${report.aim.us_p50} µs and ${report.aim.ratio}`);
            }
          }),
        ),
    );
