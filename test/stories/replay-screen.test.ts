import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import type { HistoryAnswer } from "#contract/api/requests.ts";
import type { RoomView } from "#contract/api/views.ts";
import { until } from "./until.ts";
import { type RunningVerb, startVerb } from "./verb.ts";

const recording = fileURLToPath(new URL("../../../shared/data/keti-sdh", import.meta.url));
const isHere = existsSync(recording);
if (!isHere) process.stderr.write("the story of a watched replay is skipped: ../shared/data/keti-sdh is not here\n");

let running: RunningVerb | undefined;
afterEach(async () => {
  await running?.end("SIGKILL");
});

/** What a browser does with the link that was printed, and then asks for with its cookie. */
async function signIn(said: string): Promise<<T>(path: string) => Promise<T>> {
  const link = new URL(/http\S+\/sign-in\S+/.exec(said)?.[0] ?? "");
  const answer = await fetch(`${link.origin}/api/v1/session/link`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: link.origin },
    body: JSON.stringify({ token: link.searchParams.get("token") }),
  });
  expect(answer.status).toBe(204);
  const cookie = answer.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  return async <T>(path: string) => {
    const found = await fetch(`${link.origin}/api/v1${path}`, { headers: { cookie } });
    if (!found.ok) throw new Error(`${path}: ${found.status}`);
    return (await found.json()) as T;
  };
}

it.skipIf(!isHere)("a recording is watched at 3,600 times its speed, and ended before it is over", async () => {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-watched-"));
  try {
    running = startVerb(["replay", "--data", recording, "--rooms", "415", "417", "419", "--speed", "3600"], {
      PORT: "0",
      MQTT_PORT: "0",
      TMPDIR: folder,
    });
    await running.prints(/Watch it at/);
    const ask = await signIn(running.stdout);
    const judged = await until("every room is judged, on recorded time", async () => {
      const rooms = await ask<RoomView[]>("/rooms");
      return rooms.length === 3 && rooms.every(({ currency }) => currency === "live") && rooms;
    });
    expect(judged.map(({ room }) => room).toSorted()).toEqual(["415", "417", "419"]);
    const spanned = await until("a chart of six hours", async () => {
      const { series } = await ask<HistoryAnswer>("/rooms/keti-sdh/415/history?metrics=co2_ppm");
      const at = series[0]?.at_ms ?? [];
      const span = { from: at[0] ?? 0, hours: ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 3_600_000 };
      return span.hours >= 6 && span;
    });
    // All this on one cookie: people live in their own time, in which it is seconds old and not hours.
    expect(new Date(spanned.from).getUTCFullYear()).toBe(2013);
    const { code, stdout, stderr } = await running.end("SIGTERM");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Stopped before its end.");
    expect(readdirSync(folder), "it leaves nothing behind").toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
