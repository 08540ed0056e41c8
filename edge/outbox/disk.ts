import * as fs from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

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

// Not node:fs/promises, which brings a megabyte of what watches folders and reads lines.
const [open, close, write] = [promisify(fs.open), promisify(fs.close), promisify(fs.write)];
const [fsync, fdatasync, rename, unlink] = [
  promisify(fs.fsync),
  promisify(fs.fdatasync),
  promisify(fs.rename),
  promisify(fs.unlink),
];
const [mkdir, readdir, readFile] = [promisify(fs.mkdir), promisify(fs.readdir), promisify(fs.readFile)];

export async function openFolder(folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    list: () => readdir(folder),
    read: (name) => readFile(join(folder, name)),
    async create(name) {
      const file = await open(join(folder, name), "w", 0o600);
      await syncFolder(folder);
      return {
        write: (bytes, position) => writeAll(file, bytes, position),
        sync: () => fdatasync(file),
        close: () => close(file),
      };
    },
    async replace(name, bytes) {
      const draft = join(folder, `${name}.draft`);
      try {
        await withFile({ path: draft, flags: "w" }, async (file) => {
          await writeAll(file, bytes, 0);
          await fsync(file);
        });
      } catch (error) {
        await remove(draft);
        throw error;
      }
      await rename(draft, join(folder, name));
      await syncFolder(folder);
    },
    remove: (name) => remove(join(folder, name)),
  };
}

async function writeAll(file: number, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await write(file, bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function withFile(
  { path, flags }: { path: string; flags: string },
  use: (file: number) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await use(file);
  } finally {
    await close(file);
  }
}

/** What is not there need not go. */
async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

/** A new file outlives a power cut only once its folder does; systems without such a thing need none. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await withFile({ path: folder, flags: "r" }, fsync);
  } catch {
    // Windows does not open folders.
  }
}
