import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GreenroomError, messageOf } from "#contract/errors.ts";

/**
 * Holds a data folder for this process: two agents on one outbox would lose readings. A lock whose holder is gone
 * (kill -9, power cut) is taken over. Returns how to let go.
 */
export function lockDataDir(folder: string): () => void {
  const file = join(folder, "agent.lock");
  const mine = `${process.pid} ${startOf(process.pid) ?? ""}`.trim();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!tryWrite(file, mine)) {
      if (isHeld(readFileSync(file, "utf8")))
        throw new GreenroomError("DATA_DIR_IN_USE", `another agent uses ${folder}`);
      rmSync(file, { force: true });
      if (!tryWrite(file, mine)) throw new GreenroomError("DATA_DIR_IN_USE", `another agent uses ${folder}`);
    }
  } catch (error) {
    if (error instanceof GreenroomError) throw error;
    throw new GreenroomError("CONFIG_INVALID", `data_dir ${folder} cannot be used: ${messageOf(error)}`, error);
  }
  return () => rmSync(file, { force: true });
}

function tryWrite(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return false;
    // On a full disk the file is there but empty. Watching the rooms matters more than a lock that can be taken over.
    if (code === "ENOSPC") return true;
    throw error;
  }
}

/** Whether the process that wrote a lock still runs; its start time tells it from a later one with the same number. */
function isHeld(text: string): boolean {
  const [pid = 0, start] = text.split(" ").map(Number);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  const now = startOf(pid);
  return start === undefined || now === undefined || now === start;
}

/** When a process started, in the system's ticks; `undefined` where the system does not tell. */
function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const start = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    return Number.isSafeInteger(start) ? start : undefined;
  } catch {
    return undefined;
  }
}
