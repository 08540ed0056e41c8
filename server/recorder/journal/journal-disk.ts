import { constants, type StatsFs } from "node:fs";
import { type FileHandle, open, statfs, unlink } from "node:fs/promises";

/** What the journal asks of the disk; a port, so that tests can fill it up and break it. Everything rejects with the system's error. */
export interface JournalDisk {
  /** Opens for writing; makes the file where it is missing. */
  open(file: string): Promise<JournalFile>;
  remove(file: string): Promise<void>;
  /** Makes the coming and going of files durable. */
  syncFolder(folder: string): Promise<void>;
  freeBytes(folder: string): Promise<number>;
}

export interface JournalFile {
  write(bytes: Buffer, position: number): Promise<void>;
  /** Resolves once everything written is on the medium. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export const systemDisk: JournalDisk = {
  async open(file) {
    return journalFile(await open(file, constants.O_RDWR | constants.O_CREAT, 0o600));
  },
  remove: unlink,
  async syncFolder(folder) {
    // Windows cannot open a folder; its file system journals names by itself.
    if (process.platform === "win32") return;
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async freeBytes(folder) {
    const { bavail, bsize }: StatsFs = await statfs(folder);
    return bavail * bsize;
  },
};

const journalFile = (handle: FileHandle): JournalFile => ({
  async write(bytes, position) {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  },
  sync: () => handle.datasync(),
  truncate: (length) => handle.truncate(length),
  close: () => handle.close(),
});
