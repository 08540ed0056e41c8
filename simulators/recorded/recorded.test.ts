import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DataSet, detectDataSet, openDataSet } from "./data-set.ts";
import type { RecordedReading } from "./recorded.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "greenroom-recorded-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const put = (name: string, lines: readonly string[]): Promise<void> => {
  const text = lines.join("\n");
  return writeFile(join(dir, name), name.endsWith(".gz") ? gzipSync(text) : text);
};

async function all(data: DataSet): Promise<RecordedReading[]> {
  const readings: RecordedReading[] = [];
  for await (const batch of data.readings()) readings.push(...batch);
  return readings;
}
const iso = (at: number): string => new Date(at).toISOString();

const KETI = "timestamp,co2,humidity,light,pir,temperature";

describe("keti-sdh", () => {
  it("is any folder of rooms with its columns, gzipped or plain, merged in order of time, in UTC", async () => {
    await put("511.csv", [KETI, "2013-08-23 23:05:00,500,50,100,30,22", "2013-08-23 23:07:00,501,50,100,0,22"]);
    await put("640.csv.gz", [KETI, "2013-08-23 23:04:00,400,51,90,15,23", "2013-08-23 23:06:00,401,51,90,0,23", ""]);
    await put("faults.tsv", ["not,a,room"]);
    const data = await openDataSet(dir);
    expect(data.kind).toBe("keti-sdh");
    expect(data.rooms.map(({ room, zone }) => [room, zone])).toEqual([
      ["511", "America/Los_Angeles"],
      ["640", "America/Los_Angeles"],
    ]);
    expect(iso(data.start)).toBe("2013-08-23T23:04:00.000Z");
    const readings = await all(data);
    expect(readings.map(({ room, at }) => `${room} ${iso(at).slice(11, 16)}`)).toEqual([
      "640 23:04",
      "511 23:05",
      "640 23:06",
      "511 23:07",
    ]);
    expect(readings[1]?.metrics).toEqual({
      co2_ppm: 500,
      humidity_pct: 50,
      light_lux: 100,
      motion_pct: 100,
      temperature_c: 22,
    });
  });

  it("counts bad rows and cells with their line, and loses nothing else", async () => {
    await put("511.csv", [
      KETI,
      "2013-08-23 23:05:00,500,50,100,30,22",
      "2013-08-23 23:06:00,500,50",
      "yesterday,500,50,100,30,22",
      "2013-08-23 23:08:00,500,,100,x,22",
      "2013-08-23 23:07:00,500,50,100,30,22",
      "2013-13-41 23:09:00,500,50,100,30,22",
      "2013-08-23 23:10:00,500,50,100,30,22\r",
      "2013-08-23 23:11:00,500,50,100,30,NaN",
    ]);
    const data = await openDataSet(dir);
    const readings = await all(data);
    expect(readings.map(({ at }) => iso(at).slice(14, 16))).toEqual(["05", "08", "10", "11"]);
    expect(readings[1]?.metrics).toEqual({ co2_ppm: 500, light_lux: 100, temperature_c: 22 });
    expect(data.bad.count).toBe(6);
    expect(data.bad.first.map(({ line, why }) => `${String(line)} ${why}`)).toEqual([
      "3 has 3 cells, not 6",
      "4 has no readable time",
      "5 pir is no number: x",
      "6 goes back in time",
      "7 has no readable time",
      "9 temperature is no number: NaN",
    ]);
  });

  it("counts anew at each reading-through", async () => {
    await put("511.csv", [KETI, "2013-08-23 23:05:00,500,50,100,30,22", "rubbish"]);
    const data = await openDataSet(dir);
    await all(data);
    await all(data);
    expect(data.bad.count).toBe(1);
  });

  it("reads a file that breaks off as far as it goes", async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, i) =>
        `${iso(Date.UTC(2013, 7, 1) + i * 60_000)
          .slice(0, 19)
          .replace("T", " ")},${String(i)},50,100,30,22`,
    );
    await writeFile(join(dir, "511.csv.gz"), gzipSync([KETI, ...rows].join("\n")).subarray(0, 60_000));
    const data = await openDataSet(dir);
    const readings = await all(data);
    expect(readings.length).toBeGreaterThan(100);
    expect(readings.length).toBeLessThan(20_000);
    expect(data.bad.first.at(-1)?.why).toMatch(/cannot be read further/);
  });

  it("can be kept to some rooms", async () => {
    await put("511.csv", [KETI, "2013-08-23 23:05:00,500,50,100,30,22"]);
    await put("640.csv", [KETI, "2013-08-23 23:04:00,400,51,90,15,23"]);
    const data = await openDataSet(dir, { rooms: ["511"] });
    expect(data.rooms.map(({ room }) => room)).toEqual(["511"]);
    expect((await all(data)).map(({ room }) => room)).toEqual(["511"]);
  });
});

describe("the other recordings", () => {
  it("uci-occupancy: quoted or not, one cell more than the header, Brussels time", async () => {
    const header = '"date","Temperature","Humidity","Light","CO2","HumidityRatio","Occupancy"';
    await put("datatest2.txt", [header, '"1",2015-02-11 14:48:00,21.76,31.1,437.3,1029.7,0.005,1']);
    await put("datatest.txt.gz", [header, '"140","2015-02-02 14:19:00",23.7,26.272,585.2,749.2,0.0047,0']);
    const data = await openDataSet(dir);
    expect(data.kind).toBe("uci-occupancy");
    const readings = await all(data);
    expect(readings.map(({ device, at }) => `${device} ${iso(at)}`)).toEqual([
      "env 2015-02-02T13:19:00.000Z",
      "camera 2015-02-02T13:19:00.000Z",
      "env 2015-02-11T13:48:00.000Z",
      "camera 2015-02-11T13:48:00.000Z",
    ]);
    expect(readings[3]?.metrics).toEqual({ occupied: true });
  });

  it("robod: an offset behind a space, blank cells are no reports", async () => {
    await put("combined_Room2.csv", [
      "timestamp,voc,sound_pressure_level,indoor_relative_humidity,air_temperature,occupant_presence",
      "2021-09-07 00:00 +08:00,20.0,48.8,72.7,26.6,1",
      "2021-09-07 00:05 +08:00,,,,,0",
    ]);
    const data = await openDataSet(dir);
    expect(data.kind).toBe("robod");
    const readings = await all(data);
    expect(readings.map(({ room, device, at, metrics }) => [room, device, iso(at), metrics])).toEqual([
      ["room2", "env", "2021-09-06T16:00:00.000Z", { temperature_c: 26.6, humidity_pct: 72.7, noise_dba: 48.8 }],
      ["room2", "camera", "2021-09-06T16:00:00.000Z", { occupied: true }],
      ["room2", "camera", "2021-09-06T16:05:00.000Z", { occupied: false }],
    ]);
    expect(data.bad.count).toBe(0);
  });

  it("nab-office: °F without saying so", async () => {
    await put("ambient_temperature_system_failure.csv", ["timestamp,value", "2013-07-04 00:00:00,68"]);
    const data = await openDataSet(dir);
    expect(data.kind).toBe("nab-office");
    expect((await all(data))[0]?.metrics).toEqual({ temperature_c: 20 });
  });

  it("suthaharan-motes: blocks of motes become one timeline, unknown motes are faults", async () => {
    await put("data.csv", [
      "reading,mote_id,indoor,humidity,temperature,label",
      "1,1,1,45.9,27.9,0",
      "2,1,1,45.9,27.8,0",
      "1,4,0,37.1,33.9,0",
      "x,9,0,37.1,33.9,0",
    ]);
    const data = await openDataSet(dir);
    const readings = await all(data);
    expect(readings.map(({ room, device, at }) => `${room} ${device} ${iso(at).slice(17, 19)}`)).toEqual([
      "indoor mote-1 00",
      "outdoor mote-4 00",
      "indoor mote-1 05",
    ]);
    expect(data.bad.first).toMatchObject([{ line: 5 }]);
  });

  it("uci-room-estimation and thermal-step are known by their first line", async () => {
    await put("Occupancy_Estimation.csv", ["Date,Time,S1_Temp,S6_PIR", "2017-12-22,9:49:41,24.94,1"]);
    const data = await openDataSet(dir);
    expect((await all(data)).map(({ device, at, metrics }) => [device, iso(at), metrics])).toEqual([
      ["s1", "2017-12-22T09:49:41.000Z", { temperature_c: 24.94 }],
      ["s6", "2017-12-22T09:49:41.000Z", { motion_pct: 100 }],
    ]);
    await rm(join(dir, "Occupancy_Estimation.csv"));
    await put("armadillo_data_H2.csv", ["Time,T_ext,P_hea,I_sol,T_int", "1800.0,15,2000,14,26.7"]);
    expect((await detectDataSet(dir))?.kind).toBe("thermal-step");
    expect((await all(await openDataSet(dir))).map(({ metrics }) => metrics)).toEqual([
      { temperature_c: 26.7 },
      { power_w: 2000 },
    ]);
  });
});

describe("a folder that is no recording", () => {
  it("is not detected, and opening it says what is known", async () => {
    await put("notes.csv", ["a,b", "1,2"]);
    expect(await detectDataSet(dir)).toBeUndefined();
    await expect(openDataSet(dir)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(openDataSet(dir)).rejects.toThrow(/keti-sdh/);
    await expect(openDataSet(join(dir, "nowhere"))).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("can be forced to a format", async () => {
    await put("value.csv", ["timestamp,value", "2013-07-04 00:00:00,68"]);
    expect(await detectDataSet(dir)).toBeUndefined();
    expect((await openDataSet(dir, { kind: "nab-office" })).rooms).toHaveLength(1);
  });

  it("with not one readable row is refused", async () => {
    await put("511.csv", [KETI, "x"]);
    await expect(openDataSet(dir)).rejects.toThrow(/no readable row/);
  });
});
