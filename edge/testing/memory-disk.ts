import type { Disk, DiskFile } from "../outbox/disk.ts";

interface File {
  bytes: Buffer;
  /** Up to here it survives a power cut. */
  safe: number;
}

/** A disk that can be full, fail to sync, and lose power: what was not synced then survives in part, or as garbage. */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, File>();
  isFull = false;
  failsSync = false;

  list(): Promise<string[]> {
    return Promise.resolve([...this.files.keys()]);
  }

  read(name: string): Promise<Buffer> {
    const file = this.files.get(name);
    return file === undefined ? Promise.reject(new Error("ENOENT")) : Promise.resolve(Buffer.from(file.bytes));
  }

  create(name: string): Promise<DiskFile> {
    if (this.isFull) return Promise.reject(new Error("ENOSPC"));
    const file: File = { bytes: Buffer.alloc(0), safe: 0 };
    this.files.set(name, file);
    return Promise.resolve({
      write: async (bytes, position) => {
        await Promise.resolve();
        const taken = this.isFull ? bytes.subarray(0, bytes.length >> 1) : bytes;
        file.bytes = Buffer.concat([file.bytes.subarray(0, position), taken]);
        if (this.isFull) throw new Error("ENOSPC");
      },
      sync: async () => {
        await Promise.resolve();
        if (this.failsSync) throw new Error("EIO");
        file.safe = file.bytes.length;
      },
      close: () => Promise.resolve(),
    });
  }

  replace(name: string, bytes: Buffer): Promise<void> {
    if (this.isFull) return Promise.reject(new Error("ENOSPC"));
    if (this.failsSync) return Promise.reject(new Error("EIO"));
    this.files.set(name, { bytes: Buffer.from(bytes), safe: bytes.length });
    return Promise.resolve();
  }

  remove(name: string): Promise<void> {
    this.files.delete(name);
    return Promise.resolve();
  }

  /** What a machine finds after its power came back. `share` of what was not safe is there: whole above 0.9, else with its last byte spoiled. */
  afterPowerCut(share: number): MemoryDisk {
    const disk = new MemoryDisk();
    for (const [name, { bytes, safe }] of this.files) {
      const kept = Buffer.from(bytes.subarray(0, safe + Math.floor((bytes.length - safe) * (share > 0.9 ? 1 : share))));
      if (kept.length > safe && share <= 0.9) kept[kept.length - 1] = (kept.at(-1) ?? 0) ^ 0x5a;
      disk.files.set(name, { bytes: kept, safe: kept.length });
    }
    return disk;
  }
}
