import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#contract/system-clock.ts";
import { instant } from "#contract/units.ts";
import { EngineConfig, type Influx2Config } from "../engine-config.ts";
import { type HistoryEngine, type HistoryRow, RowsRefused } from "../history.ts";
import { startInflux2History } from "./influx-2-history.ts";

/** InfluxDB 2 itself is not packaged for Debian: this holds its wire, as its documentation states it. */
let server: Server;
let engine: HistoryEngine;
let folder: string;
let requests: { url: string; authorization: string | undefined; body: string }[];
let answer: { status: number; body: string; type?: string };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-influx2-"));
  requests = [];
  answer = { status: 204, body: "" };
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      requests.push({ url: request.url ?? "", authorization: request.headers.authorization, body });
      response.writeHead(answer.status, { "content-type": answer.type ?? "application/json" }).end(answer.body);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env["GREENROOM_TEST_TOKEN"] = "s3cret";
  const config = EngineConfig.parse({
    engine: "influxdb-2",
    url,
    org: "acme",
    bucket: "rooms",
    token_env: "GREENROOM_TEST_TOKEN",
  }) as Influx2Config;
  engine = startInflux2History(config, { positionFile: join(folder, "position.json"), clock: systemClock });
});
afterEach(async () => {
  delete process.env["GREENROOM_TEST_TOKEN"];
  await engine.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const row = (at: number, metric: string, value: number): HistoryRow => ({
  series: { site: "hq", room: "atrium", device: "sensor-1", metric },
  at: instant(at),
  value,
});
const upTo = { journal: "j", offset: 10, records: 1 };

describe("InfluxDB 2, by its wire", () => {
  it("writes one line per device and instant, and then counts it as taken over", async () => {
    await engine.write({
      rows: [row(1_000, "co2_ppm", 600), row(1_000, "occupied", 1), row(2_000, "co2_ppm", 601.5)],
      upTo,
    });
    expect(requests).toEqual([
      {
        url: "/api/v2/write?org=acme&bucket=rooms&precision=ms",
        authorization: "Token s3cret",
        body: [
          "greenroom,site=hq,room=atrium,device=sensor-1 co2_ppm=600,occupied=1 1000",
          "greenroom,site=hq,room=atrium,device=sensor-1 co2_ppm=601.5 2000",
        ].join("\n"),
      },
    ]);
    expect(await engine.position()).toEqual(upTo);
  });

  it("tells refused rows, wrong settings and an engine that is away apart, and takes nothing for written", async () => {
    const write = (): Promise<void> => engine.write({ rows: [row(1_000, "co2_ppm", 600)], upTo });
    answer = { status: 400, body: '{"code":"invalid","message":"unable to parse"}' };
    await expect(write()).rejects.toBeInstanceOf(RowsRefused);
    answer = { status: 401, body: '{"code":"unauthorized","message":"no"}' };
    await expect(write()).rejects.toMatchObject({ code: "STORE_REFUSED" });
    await expect(write()).rejects.not.toBeInstanceOf(RowsRefused);
    answer = { status: 503, body: '{"message":"soon"}' };
    await expect(write()).rejects.toMatchObject({ code: "STORE_DOWN", retryable: true });
    expect(await engine.position()).toBeUndefined();
    answer = { status: 204, body: "" };
    requests = [];
    await write();
    // Nothing of the failed tries is kept and sent beside it.
    expect(requests).toHaveLength(1);
  });

  it("asks in Flux, with every name quoted, and reads the annotated CSV", async () => {
    answer = {
      status: 200,
      type: "text/csv",
      body: [
        "#datatype,string,long,dateTime:RFC3339,string,string,double,double,double",
        "#group,false,false,false,true,true,false,false,false",
        "#default,_result,,,,,,,",
        ",result,table,_time,device,_field,mean,min,max",
        ",,0,1970-01-01T00:01:00Z,sensor-1,co2_ppm,600.5,600,601",
        ",,0,1970-01-01T00:02:00Z,sensor-1,co2_ppm,700,700,700",
        "",
        "",
      ].join("\r\n"),
    };
    const question = { site: "hq", room: 'a" or true', from: instant(60_000), to: instant(180_000), maxPoints: 4 };
    expect(await engine.query({ ...question, metrics: ["co2_ppm", "x) |> drop("] })).toEqual([
      {
        device: "sensor-1",
        metric: "co2_ppm",
        unit: "ppm",
        step_s: 60,
        at_ms: [60_000, 120_000],
        mean: [600.5, 700],
        min: [600, 700],
        max: [601, 700],
      },
    ]);
    const { query } = JSON.parse(requests[0]?.body ?? "") as { query: string };
    expect(query).toContain(String.raw`r.room == "a\" or true"`);
    expect(query).toContain(
      'from(bucket: "rooms") |> range(start: time(v: "1970-01-01T00:01:00.000Z"), stop: time(v: "1970-01-01T00:03:00.000Z"))',
    );
    expect(query).toContain('(r._field == "co2_ppm")');
    expect(query).toContain('aggregateWindow(every: duration(v: "60000ms")');
    expect(query).not.toContain("drop(");
  });
});
