import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../greenroom.ts", import.meta.url));
/** A start is two seconds of work; a shared machine makes more of it. */
const PATIENCE_MS = 45_000;

export interface Ended {
  /** `null` when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A verb of the command line that runs until it is told to end. */
export interface RunningVerb {
  readonly pid: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly ended: Ended | undefined;
  /** Resolves once standard output has it; rejects when the process ends before. */
  prints(pattern: RegExp): Promise<void>;
  /** Resolves when it has ended by itself. */
  readonly gone: Promise<Ended>;
  /** Sends the signal, and resolves when it has gone; does nothing to one that has. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Of this process only what a program needs: no settings of whoever runs the tests. */
const bareEnv = (): Record<string, string> =>
  Object.fromEntries(
    ["PATH", "HOME", "TMPDIR", "SystemRoot"].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Starts `greenroom ARGS` as a person would, in a process of its own. */
export function startVerb(args: readonly string[], env: Record<string, string> = {}): RunningVerb {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...bareEnv(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let ended: Ended | undefined;
  const watchers = new Set<() => void>();
  const tell = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    tell();
  });
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const gone = new Promise<Ended>((resolve) => {
    child.once("close", (code) => {
      ended = { code, stdout, stderr };
      tell();
      resolve(ended);
    });
  });
  return {
    gone,
    pid: child.pid,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    get ended() {
      return ended;
    },
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const done = (settle: () => void): void => {
          clearTimeout(timer);
          watchers.delete(look);
          settle();
        };
        const look = (): void => {
          if (pattern.test(stdout)) done(resolve);
          else if (ended !== undefined)
            done(() => reject(new Error(`greenroom ${args[0] ?? ""} ended with ${ended?.code}: ${stderr}`)));
        };
        const timer = setTimeout(
          () =>
            done(() => reject(new Error(`greenroom ${args[0] ?? ""} did not print ${pattern}: ${stdout}${stderr}`))),
          PATIENCE_MS,
        );
        watchers.add(look);
        look();
      }),
    end: (signal) => {
      if (ended === undefined) child.kill(signal);
      return gone;
    },
  };
}

/** Runs a verb to its end. */
export async function runVerb(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const running = startVerb(args, env);
  const timer = setTimeout(() => void running.end("SIGKILL"), PATIENCE_MS);
  const ended = await running.gone;
  clearTimeout(timer);
  return ended;
}

/** What a program reads of a verb that prints a secret: its last line. */
export function lastLine({ code, stdout, stderr }: Ended): string {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || line === "") throw new Error(`the verb ended with ${code}: ${stderr}`);
  return line;
}
