import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "./open-store.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "greenroom-store-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const card = { name: "Harbour", floor: "12", zone: "UTC", seats: 8, capabilities: [], devices: [] };

test("an empty folder gets the schema, and opening it again changes nothing", async () => {
  const first = await openStore(dataDir);
  await first.rooms.put("hq", "harbour", card);
  await first.close();
  const again = await openStore(dataDir);
  expect(await again.rooms.all()).toEqual([{ key: "hq/harbour", site: "hq", room: "harbour", card, revision: 1 }]);
  await again.close();
});

test("processes that open an empty folder at once agree on the schema", async () => {
  const script = `
    import { openStore } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "open-store.ts")).href)};
    const store = await openStore(process.argv[1]);
    await store.audit.add({ actor: "test", action: "open", subject: String(process.pid) });
    await store.close();`;
  const run = promisify(execFile);
  await Promise.all(
    [1, 2, 3].map(() => run(process.execPath, ["--input-type=module", "-e", script, dataDir], { timeout: 20_000 })),
  );
  const store = await openStore(dataDir);
  expect(await store.audit.recent({ limit: 10 })).toHaveLength(3);
  await store.close();
});

test("a transaction that fails leaves nothing behind", async () => {
  const store = await openStore(dataDir);
  const failing = store.transaction(async (tx) => {
    await tx.rooms.put("hq", "harbour", card);
    throw new Error("cut off");
  });
  await expect(failing).rejects.toThrow("cut off");
  expect(await store.rooms.all()).toEqual([]);
  await store.close();
});

test("who edits a card that somebody else has changed is told", async () => {
  const store = await openStore(dataDir);
  await store.rooms.put("hq", "harbour", card, 0);
  await store.rooms.put("hq", "harbour", { ...card, seats: 9 }, 1);
  await expect(store.rooms.put("hq", "harbour", card, 1)).rejects.toMatchObject({ code: "CONFLICT" });
  await store.close();
});
