import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** A file that only grows. */
export interface DiskFile {
  /** Writes at `position`, which is where the last write that succeeded ended. */
  write(bytes: Buffer, position: number): Promise<void>;
  /** Resolves once everything written survives a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The folder of an outbox, so that tests can fill it up and pull its plug. */
export interface Disk {
  list(): Promise<string[]>;
  read(name: string): Promise<Buffer>;
  /** An empty file, in the place of one that may exist. */
  create(name: string): Promise<DiskFile>;
  /** Puts a file in the place of another, wholly or not at all; it survives a power cut then. */
  replace(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
}

export async function openFolder(folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    list: () => readdir(folder),
    read: (name) => readFile(join(folder, name)),
    async create(name) {
      const handle = await open(join(folder, name), "w", 0o600);
      await syncFolder(folder);
      return {
        async write(bytes, position) {
          for (let done = 0; done < bytes.length;) {
            const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
            done += bytesWritten;
          }
        },
        sync: () => handle.datasync(),
        close: () => handle.close(),
      };
    },
    async replace(name, bytes) {
      const draft = join(folder, `${name}.draft`);
      try {
        await using handle = await open(draft, "w", 0o600);
        await handle.writeFile(bytes);
        await handle.sync();
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await rename(draft, join(folder, name));
      await syncFolder(folder);
    },
    remove: (name) => rm(join(folder, name), { force: true }),
  };
}

/** A new file outlives a power cut only once its folder does; systems without such a thing need none. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, "r");
    await handle.sync();
  } catch {
    // Windows does not open folders.
  }
}
