import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "#contract/bus.suite.ts";
import { silentLog } from "#contract/log.ts";
import { systemClock } from "#contract/system-clock.ts";
import { openRetainedStore, OURS, type RetainedStore } from "./retained-store.ts";

let folder = "";
let open: RetainedStore | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "greenroom-retained-"));
});
afterEach(async () => {
  await open?.close();
  open = undefined;
  await rm(folder, { recursive: true, force: true });
});

const file = (): string => join(folder, "data", "retained.db");
const limits = { retainedTopics: 100, retainedTopicsPerAgent: 10, retainedBytes: 10_000 };
const openStore = async (): Promise<RetainedStore> =>
  (open = await openRetainedStore({ file: file(), clock: systemClock, log: silentLog, limits }));
const reopen = async (): Promise<RetainedStore> => {
  await open?.close();
  return openStore();
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const contents = (store: RetainedStore): Record<string, string> =>
  Object.fromEntries([...store.matching("#")].map(([topic, payload]) => [topic, new TextDecoder().decode(payload)]));

test("after any run of writes a new start has what was written last, and counts it right", async () => {
  const writes = fc.array(fc.tuple(fc.constantFrom("a/b", "a/c", "d", "é/ü"), fc.string({ maxLength: 20 })), {
    maxLength: 30,
  });
  const law = fc.asyncProperty(writes, async (writes) => {
    const store = await reopen();
    const expected: Record<string, string> = contents(store);
    await Promise.all(
      writes.map(([topic, text]) => {
        if (text === "") delete expected[topic];
        else expected[topic] = text;
        return store.put(topic, bytes(text), OURS);
      }),
    );
    const again = await reopen();
    expect(contents(again)).toEqual(expected);
    expect(again.count).toBe(Object.keys(expected).length);
    expect(again.bytes).toBe(
      Object.entries(expected).reduce((sum, [topic, text]) => sum + topic.length + bytes(text).length, 0),
    );
  });
  await fc.assert(law, { numRuns: 6 });
});

test("a write that cannot be made is told, kept in mind and made once it can", async () => {
  const store = await openStore();
  const blocker = new DatabaseSync(file());
  blocker.exec("BEGIN IMMEDIATE");
  await expect(store.put("a", bytes("1"), OURS)).rejects.toMatchObject({ code: "STORE_FULL" });
  expect(contents(store)).toEqual({ a: "1" });
  blocker.exec("ROLLBACK");
  const onDisk = (): unknown => blocker.prepare("SELECT count(*) AS n FROM retained").get()?.["n"];
  await eventually(() => onDisk() === 1, "the write to be made again");
  blocker.close();
  expect(contents(await reopen())).toEqual({ a: "1" });
});

test("the totals bind everybody, the count per agent binds agents", async () => {
  const store = await openStore();
  for (let i = 0; i < 10; i++) await store.put(`agent/${i}`, bytes("x"), "agent-1");
  await expect(store.put("agent/10", bytes("x"), "agent-1")).rejects.toMatchObject({ code: "STORE_FULL" });
  await store.put("agent/10", bytes("x"), "agent-2");
  await expect(store.put("big", new Uint8Array(10_000), OURS)).rejects.toThrow("bytes are retained");
  await store.put("agent/3", new Uint8Array(), "agent-1");
  await store.put("agent/11", bytes("x"), "agent-1");
  await Promise.all(Array.from({ length: 89 }, (_, i) => store.put(`ours/${i}`, bytes("x"), OURS)));
  await expect(store.put("one/more", bytes("x"), OURS)).rejects.toThrow("100 topics");
});

test("a damaged file is STORE_CORRUPT, and is left as it is", async () => {
  await (await openStore()).close();
  await writeFile(file(), "this is not a database, and long enough to be told apart from an empty file".repeat(20));
  await expect(openStore()).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});

test("a data folder that cannot be made or opened is a fault of the configuration", async () => {
  await writeFile(join(folder, "data"), "a file where the folder should be");
  await expect(openStore()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  await rm(join(folder, "data"));
  await mkdir(file(), { recursive: true });
  await expect(openStore()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});
