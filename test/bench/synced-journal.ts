import { open } from "node:fs/promises";
import type { Intake } from "#gateway/broker/intake.ts";

export interface Journal {
  intake: Intake;
  close(): Promise<void>;
}

/** Appends what has come, syncs, answers all of it, and begins again. */
export async function syncedJournal(file: string): Promise<Journal> {
  const handle = await open(file, "a");
  let waiting: Uint8Array[] = [];
  let next = Promise.withResolvers<void>();
  let isBusy = false;
  const commit = async (): Promise<void> => {
    isBusy = true;
    while (waiting.length > 0) {
      const batch = waiting;
      const done = next;
      waiting = [];
      next = Promise.withResolvers<void>();
      await handle.appendFile(Buffer.concat(batch));
      await handle.datasync();
      done.resolve();
    }
    isBusy = false;
  };
  return {
    intake: {
      accept: ({ payload }) => {
        waiting.push(payload);
        const { promise } = next;
        if (!isBusy) void commit();
        return promise;
      },
      refused: () => {},
    },
    close: () => handle.close(),
  };
}
