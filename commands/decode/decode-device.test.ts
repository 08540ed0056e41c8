import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { isPlausible, metrics } from "#contract/metrics.ts";
import type { Answer } from "./answer.ts";
import { decodeDevice } from "./decode-device.ts";

const json = (value: unknown): string => JSON.stringify(value);
const heard = (topic: string, text: string | Uint8Array, command?: string) =>
  decodeDevice(topic, Buffer.from(text), command)?.parsed;

/** All metrics of an answer in one, the code of a refusal. */
function read(topic: string, text: string | Uint8Array, command?: string): unknown {
  const parsed = heard(topic, text, command);
  return parsed?.ok === true
    ? Object.assign({}, ...parsed.value.readings.map((reading) => reading.metrics))
    : parsed?.code;
}
const says = (topic: string, text: string, command?: string): Answer["says"] => {
  const parsed = heard(topic, text, command);
  return parsed?.ok === true ? (parsed.value.says ?? {}) : { refused: parsed };
};

describe("PJLink", () => {
  test.each([
    ["tcp:4352", "PJLINK 1 498e4a67\r", {}],
    ["tcp:4352", "PJLINK 2 00112233445566778899aabbccddeeff\r", {}],
    ["tcp:4352", "PJLINK 3 00\r", "DEVICE_GARBAGE"],
    ["tcp:4352", "%1POWR=3\r", { power_state: "warming" }],
    ["tcp:4352", "%1POWR=OK\r", {}],
    ["tcp:4352", "%1POWR=9\r", "DEVICE_GARBAGE"],
    ["tcp:4352", "%1POWR=\r", "DEVICE_GARBAGE"],
    ["tcp:4352", "%1LAMP=123456 1\r", "DEVICE_GARBAGE"],
    ["tcp:4352", `%1INF1=${"x".repeat(70_000)}\r`, "TOO_LARGE"],
    ["udp:4352", "%2POWR=0\r", { power_state: "standby" }],
    ["udp:4352", "%2POWR=3\r", "DEVICE_GARBAGE"],
    ["udp:4352", "%2LKUP=00:11:22:33:44\r", "DEVICE_GARBAGE"],
    ["udp:4352", "%2ACKN=00:11:22:33:44:55\r", {}],
    ["udp:4352", "%2SRCH\r", {}],
    ["tcp:4352", "%2ACKN=00:11:22:33:44:55\r", "DEVICE_GARBAGE"],
    ["tcp:4352", "%1POWR=ERR3\r", {}],
    ["tcp:4352", "%1POWR=ERR5\r", "DEVICE_GARBAGE"],
    ["tcp:4352", "%2IRES=1920x1080\r", { signal_present: true }],
  ])("at %s %j", (topic, text, wanted) => expect(read(topic, text)).toEqual(wanted));

  it("answers what was asked, or is refused", () => {
    expect(read("tcp:4352", "%1INPT=31\r", "%1POWR ?\r")).toBe("DEVICE_GARBAGE");
    expect(says("tcp:4352", "%1INPT=31\r", "%1INPT ?\r")).toEqual({ input: "31" });
    expect(says("tcp:4352", "PJLINK ERRA\r")).toMatchObject({ error: "ERRA", why: "it refused the password" });
    expect(says("tcp:4352", "PJLINK ERRA\r", "PJLINK 2\r")).toMatchObject({
      error: "ERRA",
      why: expect.stringMatching("MD5") as string,
    });
  });
});

describe("SNMP", () => {
  const of = (oid: string, type: string, value: unknown) => read(`snmp ${oid}`, json({ oid, type, value }));
  test.each([
    ["1.3.6.1.2.1.1.3.0", "TimeTicks", 12_300, { uptime_s: 123 }],
    ["1.3.6.1.2.1.33.1.2.3.0", "Integer", 7, { runtime_left_min: 7 }],
    ["1.3.6.1.2.1.33.1.2.4.0", "Integer", 700, "DEVICE_GARBAGE"],
    ["1.3.6.1.2.1.33.1.2.3.0", "Integer", "7", "BAD_SHAPE"],
    ["1.3.6.1.2.1.33.1.2.3.0", "Number", 7, "BAD_SHAPE"],
    ["1.3.6.1.2.1.25.3.5.1.2.1", "OctetString(hex)", "0x4", "BAD_SHAPE"],
    ["1.3.6.1.2.1.25.3.5.1.2.1", "OctetString(hex)", "", { other_health: "ok" }],
    ["1.3.6.1.2.1.25.3.2.1.5.1", "NoSuchInstance", null, {}],
    ["1.3.6.1.2.1.25.3.2.1.5.1", "noSuchObject", null, {}],
    ["1.3.6.1.2.1.33.1.2.3.0", "toString", 7, "BAD_SHAPE"],
    ["1.3.6.1.2.1.33.1.2.3.0", "2", 7, "BAD_SHAPE"],
  ])("%s %s %j", (oid, type, value, wanted) => expect(of(oid, type, value)).toEqual(wanted));

  it("is refused where it is no value of SNMP, or of another object", () => {
    expect(read("snmp 1.3.6.1", "[")).toBe("BAD_JSON");
    expect(read("snmp 1.3.6.1", "[]")).toBe("BAD_SHAPE");
    expect(read("snmp 1.3.6.1.2", json({ oid: "1.3.6.1.3", type: "Integer", value: 1 }))).toBe("DEVICE_GARBAGE");
  });

  it("tells the outlets that it knows", () => {
    const oid = "1.3.6.1.4.1.318.1.1.4.2.2.0";
    const outlets = (value: string) => says(`snmp ${oid}`, json({ oid, type: "OctetString", value }));
    expect(outlets("On  Off")).toEqual({ outlets: { "1": true, "2": false } });
    expect(outlets("On Perhaps")).toEqual({ outlets: null });
  });
});

describe("Q-SYS", () => {
  test.each([
    ['{"jsonrpc":"2.0","method":"EngineStatus","params":{"State":"Idle"}}\0', { other_health: "error" }],
    ['{"jsonrpc":"2.0","method":"EngineStatus","params":{"State":"Sleepy"}}\0', "DEVICE_GARBAGE"],
    ['{"jsonrpc":"2.0","id":1,"result":{"State":"Active","Status":{"Code":9}}}', "DEVICE_GARBAGE"],
    ['{"jsonrpc":"2.0","id":1,"result":[{"Name":"gain","Value":1}]}', {}],
    ['{"jsonrpc":"2.0"}', "DEVICE_GARBAGE"],
    ["{", "DEVICE_GARBAGE"],
  ])("%j", (text, wanted) => expect(read("tcp:1710", text)).toEqual(wanted));

  it("says its own error", () => {
    const text = '{"jsonrpc":"2.0","id":1,"error":{"code":8,"message":"Unknown control"}}';
    expect(says("tcp:1710", text)).toEqual({ error: "Unknown control", error_code: 8, online: true });
    const unread = '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}';
    expect(says("tcp:1710", unread)).toMatchObject({ error: "Parse error", error_code: -32_700 });
  });
});

describe("Extron SIS", () => {
  test.each([
    ["Psav0\r\n", { power_state: "on" }],
    ["Psav9\r\n", {}],
    ["Vid3 Aud3 Typ6 Std- Blk0 Hrt067.5 Vrt060.0\r\n", { signal_present: true, picture_muted: false }],
    ["V2 A2 F1 Vmt1 Amt0\r\n", { picture_muted: true }],
    ["Vmt1\r\n", { picture_muted: true }],
    ["Vmt2*1\r\n", {}],
    ["45.50 C\r\n", { chip_temperature_c: 45.5 }],
    ["+113.0F\r\n", { chip_temperature_c: 45 }],
    ["999.0 C\r\n", "DEVICE_GARBAGE"],
    ["E1\r\n", "DEVICE_GARBAGE"],
    ["hello world\r\n", "DEVICE_GARBAGE"],
    ["Sig 1 3\r\n", {}],
    [`Sig ${"1 ".repeat(400)}\r\n`, "DEVICE_GARBAGE"],
    ["Sig 1\u0000 1\r\n", "DEVICE_GARBAGE"],
    ["", "DEVICE_GARBAGE"],
  ])("%j", (text, wanted) => expect(read("tcp:23 / RS-232", text)).toEqual(wanted));

  test.each([
    ["E24\r\n", { error: "E24", why: "not allowed to this user" }],
    ["E77\r\n", { error: "E77", why: "it refused" }],
    ["Out02 In05 Vid\r\n", { ties: { "2": 5 } }],
    ["Amt1*0\r\n", { audio_mute: { "1": false } }],
    ["Ver01*1.02\r\n", { firmware: "1.02" }],
    ["60-1238-51\r\n", { part: "60-1238-51" }],
    ["20Stat 45.5\r\n", { inside_temperature: 45.5 }],
    ["Login Administrator\r\n", { login: "administrator" }],
    ["Password:", { auth: true }],
  ])("%j says so", (text, wanted) => expect(says("tcp:23", text)).toEqual(wanted));

  it("greets in several lines, each of which must be its own", () => {
    const banner =
      "\r\n(c) Copyright 2013, Extron Electronics, IN1608, V1.02, 60-1238-51\r\nMon, 18 Oct 2018 11:27:33\r\n";
    expect(says("tcp:23", `${banner}\r\nPassword:`)).toMatchObject({ event: "banner", model: "IN1608", auth: true });
    expect(heard("tcp:23", `${banner}rm -rf\r\n`)).toMatchObject({ code: "DEVICE_GARBAGE", where: "line 3" });
    expect(read("tcp:23", "E10\r\n".repeat(40))).toBe("DEVICE_GARBAGE");
  });

  it("greets in its own charset", () => {
    const banner = Buffer.from("© Copyright 2018, Extron Electronics, IN1808, V1.03, 60-1615-01\r\n", "latin1");
    expect(heard("tcp:23", banner)).toMatchObject({ ok: true, value: { says: { event: "banner", model: "IN1808" } } });
  });
});

describe("LW3", () => {
  test.each([
    ["pr /V1/MEDIA/OCS/P1.State=Free\r\n", { occupied: false }],
    ["{0007\r\npw /V1/MEDIA/OCS/P2.State=Occupied\r\n}\r\n", { occupied: true }],
    ["pr /V1/MEDIA/OCS/P1.State=Fre\r\n", "DEVICE_GARBAGE"],
    ["pr /V1/MEDIA/OCS/P1.State=Free", "DEVICE_GARBAGE"],
    ["pr /V1/MEDIA/OCS/P1.State\r\n", "DEVICE_GARBAGE"],
    ["pr V1/MEDIA.State=Free\r\n", "DEVICE_GARBAGE"],
    ["px /V1/MEDIA/OCS/P1.State=Free\r\n", "DEVICE_GARBAGE"],
    ["{0007\r\npr /V1/MEDIA/OCS/P1.State=Free\r\n", "DEVICE_GARBAGE"],
    ["}\r\n", "DEVICE_GARBAGE"],
    ["pr /V1/MEDIA/VIDEO/I1.SignalPresent=maybe\r\n", "DEVICE_GARBAGE"],
    [`pr /${"A/".repeat(20_000)}.x=1\r\n`, "DEVICE_GARBAGE"],
    ["\r\n", "DEVICE_GARBAGE"],
    [Uint8Array.of(0x70, 0x72, 0xff, 0x0d, 0x0a), "DEVICE_GARBAGE"],
  ])("%j", (text, wanted) => expect(read("tcp:6107 LW3", text)).toEqual(wanted));

  test.each([
    ["pE /V1/MEDIA/OCS/P9.State %E002:Not found\r\n", { error: "E002", why: "Not found" }],
    ["-E %E001: Syntax error\r\n", { error: "E001", why: "Syntax error" }],
    ["mE /V1/MEDIA/VIDEO/XP:switch %E006: Illegal operation\r\n", { error: "E006", why: "Illegal operation" }],
    ["mO /V1/MEDIA/VIDEO/XP:switch=\r\n", { accepted: true }],
    ["mF /V1/MEDIA/VIDEO/XP:switch=busy\r\n", { accepted: false, why: "busy" }],
    ["o- /V1/MEDIA/OCS/P1\r\n", {}],
    ["pr /.ProductName=UCX-4x2-HC30\r\n", { model: "UCX-4x2-HC30" }],
    ["pw /V1/MANAGEMENT/LABEL.DeviceLabel=Room \\(left\\)\r\n", {}],
    [
      "{0001\r\npr /V1/MEDIA/VIDEO/I1.SignalPresent=true\r\npr /V1/MEDIA/VIDEO/I2.SignalPresent=false\r\n}\r\n",
      { signal: { I1: true, I2: false } },
    ],
    ["CHG /V1/MEDIA/VIDEO/XP/O1.ConnectedSource=I2\r\n", { source: { O1: "I2" }, event: "change" }],
  ])("%j says so", (text, wanted) => expect(says("tcp:6107 LW3", text)).toEqual(wanted));
});

describe("ESC/VP21", () => {
  const at = "tcp ESC/VP21";
  test.each([
    ["PWR=00\r:", { power_state: "standby" }],
    ["PWR=02\r:", { power_state: "warming" }],
    ["PWR=03\r:", { power_state: "cooling" }],
    ["PWR=05\r:", { power_state: "standby", other_health: "error" }],
    ["PWR=09\r:", { power_state: "standby" }],
    ["PWR=06\r:", "DEVICE_GARBAGE"],
    ["PWR=1\r:", "DEVICE_GARBAGE"],
    ["PWR=01", "DEVICE_GARBAGE"],
    ["PWR 01\r:", "DEVICE_GARBAGE"],
    ["pwr=01\r:", "DEVICE_GARBAGE"],
    [":PWR=01\r:", { power_state: "on" }],
    ["LAMP=1234\r:", { lamp_hours_h: 1_234 }],
    ["LAMP=1234 2345\r:", { lamp_hours_h: 2_345 }],
    ["LAMP=999999\r:", "DEVICE_GARBAGE"],
    ["LAMP=-1\r:", "DEVICE_GARBAGE"],
    ["MUTE=ON\r:", { picture_muted: true }],
    ["MUTE=1\r:", "DEVICE_GARBAGE"],
    ["FREEZE=OFF\r:", { picture_frozen: false }],
    ["SIGNAL=00\r:", { signal_present: false }],
    ["SIGNAL=FF\r:", {}],
    ["SOURCE=30\r:", {}],
    ["SOURCE=3\r:", "DEVICE_GARBAGE"],
    ["ERR=ZZ\r:", "DEVICE_GARBAGE"],
    ["IMEVENT=0001 03 00000002 00000000 T1 F1\r:", { power_state: "on" }],
    ["IMEVENT=0001 03\r:", "DEVICE_GARBAGE"],
    ["ESC/VP.net\u0010\u0003\u0000\u0000\u0020\u0000", {}],
    ["ESC/VP.net\u0010", "DEVICE_GARBAGE"],
    [":", {}],
    ["", "DEVICE_GARBAGE"],
    [`SNO=${"9".repeat(5_000)}\r:`, "DEVICE_GARBAGE"],
  ])("%j", (text, wanted) => expect(read(at, text)).toEqual(wanted));

  it("tells its error report by the part, and in words", () => {
    expect(read(at, "ERR=00\r:")).toMatchObject({ fan_health: "ok", lamp_health: "ok", other_health: "ok" });
    expect(read(at, "ERR=07 01\r:")).toMatchObject({ cover_health: "error", fan_health: "error", lamp_health: "ok" });
    expect(says(at, "ERR=07 01\r:")).toEqual({ fault: "the lamp cover is open; a fan has failed" });
    expect(says(at, "ERR=77\r:")).toEqual({ fault: "fault 77" });
    expect(says(at, "ERR\r:")).toMatchObject({ error: "ERR" });
    expect(says(at, "ESC/VP.net\u0010\u0003\u0000\u0000\u0041\u0000")).toEqual({ auth: true });
    expect(read(at, "LAMP=12\r:", "PWR?\r")).toBe("DEVICE_GARBAGE");
  });
});

describe("Crestron Fusion", () => {
  const at = "crestron fusion";
  test.each([
    ["RoomOccupied (join 10, digital, asset type Occupancy) = 0", { occupied: false }],
    ["Room_Occupied (join 10, digital) = 1", { occupied: true }],
    ["DisplayPower (join 5, digital) = 1", { power_state: "on" }],
    ["OnlineStatus (join 22, digital) = 0", { reachable: false }],
    ["SystemPower (join 3, digital) = 1", {}],
    ["Volume (join 51, analog) = 32768", {}],
    ["Volume (join 51, analog) = 65536", "DEVICE_GARBAGE"],
    ["RoomOccupied (join 10, digital, asset type Occupancy) = 2", "DEVICE_GARBAGE"],
    ["RoomOccupied (join 10, digital, asset type Occupancy) = ", "DEVICE_GARBAGE"],
    ["RoomOccupied (join 10, analog) = 1", "DEVICE_GARBAGE"],
    ["RoomOccupied (digital) = 1", "DEVICE_GARBAGE"],
    ["RoomOccupied (join 10) = 1", "DEVICE_GARBAGE"],
    ["RoomOccupied (join 10, digital, asset", "DEVICE_GARBAGE"],
    [`${"R".repeat(50_000)} (join 1, digital) = 1`, "DEVICE_GARBAGE"],
  ])("%j", (text, wanted) => expect(read(at, text)).toEqual(wanted));
});

describe("desks of Enlighted", () => {
  const at = "http:GET getDeskOccupancyState";
  const desk = (id: unknown, occupancyState: unknown) => ({ id, name: "Desk", occupancyState });
  test.each([
    [{ deskSensor: [desk("70", "0"), desk("71", "1")] }, { "desk/70": false, "desk/71": true }],
    [{ deskSensor: desk("70", "1") }, { "desk/70": true }],
    [[desk(3, -1)], {}],
    [[], {}],
    [[desk(3, 2)], "BAD_SHAPE"],
    [[desk(3, true)], "BAD_SHAPE"],
    [[desk("x", 1)], "BAD_SHAPE"],
    [[desk(3, 1), desk("3", 0)], "BAD_SHAPE"],
    [[{ id: 3 }], "BAD_SHAPE"],
    [{}, "BAD_SHAPE"],
    [Array.from({ length: 2_001 }, (_, id) => ({ id })), "BAD_SHAPE"],
  ])("%j", (value, wanted) => {
    const parsed = heard(at, json(value));
    const got =
      parsed?.ok === true
        ? Object.fromEntries(parsed.value.readings.map(({ device, metrics: { occupied } }) => [device, occupied]))
        : parsed?.code;
    expect(got).toEqual(wanted);
  });
  it("is refused when it is cut off", () => expect(read(at, '[{"id":1,"na')).toBe("BAD_JSON"));
});

describe("Modbus", () => {
  const of = (registers: string, words: unknown) => read(`modbus ${registers}`, json({ registers, words }));
  test.each([
    ["holding 257 (0x0100)", [612], { co2_ppm: 612 }],
    ["holding 257..259", [32_768, 32_768, 32_768], {}],
    ["input 30011..30012 (offsets 10, 11)", [65_531, 45], { temperature_c: -0.5, humidity_pct: 45 }],
    ["input 1..4 (addresses 0..3)", [0, 0, 0, 700], { co2_ppm: 700, other_health: "ok" }],
    ["input 1 (address 0)", [9], { other_health: "error" }],
    ["holding 40257", [400], { co2_ppm: 400 }],
    ["input 4 (address 3)", [12], "DEVICE_GARBAGE"],
    ["holding 257", [1, 2], "DEVICE_GARBAGE"],
    ["holding 1000", [1], "CONFIG_INVALID"],
    ["1..2 (0x0000)", [0, 17_096], { humidity_pct: 100 }],
    ["1..2 (0x0000)", [0, 17_224], "DEVICE_GARBAGE"],
    ["holding 257", [65_536], "BAD_SHAPE"],
    ["holding 257", [-1], "BAD_SHAPE"],
    ["holding 257", [1.5], "BAD_SHAPE"],
    ["holding 257", ["612"], "BAD_SHAPE"],
    ["holding 257", [], "BAD_SHAPE"],
    ["holding 257", 612, "BAD_SHAPE"],
    ["holding 257", Array.from({ length: 200 }, () => 1), "BAD_SHAPE"],
    ["nowhere", [1], "BAD_SHAPE"],
    ["259..257", [1], "BAD_SHAPE"],
    ["exception", [131, 1], { reachable: true }],
    ["exception", [132, 10], { reachable: false }],
    ["exception", [4, 2], "DEVICE_GARBAGE"],
    ["exception", [132, 99], "DEVICE_GARBAGE"],
    ["exception", [132], "DEVICE_GARBAGE"],
  ])("%s %j", (registers, words, wanted) => expect(of(registers, words)).toEqual(wanted));

  it("takes none of several maps that would fit", () => {
    const bytes = Buffer.alloc(12);
    for (const [i, value] of [40, 23, 21].entries()) bytes.writeFloatBE(value, i * 4);
    const word = (i: number): number => bytes.readUInt16BE(i * 2);
    // Two floats, the least word first, that are 40 % and 23 °C of one device and nothing of another.
    expect(of("1..4 (addresses 0..3)", [word(1), word(0), word(3), word(2)])).toEqual({
      humidity_pct: 40,
      temperature_c: 23,
    });
    // The second by itself may be the humidity of one or the temperature of another.
    expect(of("3..4 (addresses 2..3)", [word(3), word(2)])).toBe("CONFIG_INVALID");
  });

  it("is refused when it is cut off", () => expect(read("modbus holding 257", '{"registers":"hold')).toBe("BAD_JSON"));
});

describe("BACnet", () => {
  const of = (more: object, object = "analog-input,4") => read(`bacnet ${object}`, json({ object, ...more }));
  const temp = { "object-name": "ROOM TEMP", "present-value": 21.5, units: "degrees-celsius" };
  test.each([
    [temp, { temperature_c: 21.5 }],
    [{ ...temp, "object-name": "AHU1/VAV3.ZN-T" }, { temperature_c: 21.5 }],
    [{ ...temp, "object-name": "RoomTemperature2" }, { temperature_c: 21.5 }],
    [{ ...temp, "object-name": "OUTSIDE AIR TEMP" }, {}],
    [{ ...temp, "object-name": "ROOM TEMP HIGH LIMIT" }, {}],
    [{ ...temp, "object-name": "SUPPLY TEMP" }, { supply_air_c: 21.5 }],
    [{ ...temp, "object-name": "RM STPT DIAL" }, { setpoint_c: 21.5 }],
    [{ ...temp, "object-name": "AI 4" }, {}],
    [{ ...temp, units: undefined }, {}],
    [{ ...temp, units: "degrees-kelvin", "present-value": 294.65 }, { temperature_c: 21.5 }],
    [{ ...temp, units: "pascals" }, "DEVICE_GARBAGE"],
    [{ ...temp, units: "hotness" }, "BAD_UNIT"],
    [{ ...temp, units: 62 }, "BAD_SHAPE"],
    [{ ...temp, "present-value": 400 }, "DEVICE_GARBAGE"],
    [{ ...temp, "present-value": "21.5" }, "BAD_SHAPE"],
    [{ ...temp, "present-value": undefined }, "BAD_SHAPE"],
    [{ ...temp, "present-value": null }, {}],
    [{ ...temp, "status-flags": { fault: true } }, {}],
    [{ ...temp, "status-flags": { fault: 1 } }, "BAD_SHAPE"],
    [{ ...temp, "status-flags": [false] }, "BAD_SHAPE"],
    [{ ...temp, "status-flags": { overridden: true } }, {}],
    [{ ...temp, "status-flags": { "in-alarm": true } }, { temperature_c: 21.5 }],
    [{ ...temp, reliability: "no-sensor" }, {}],
    [{ ...temp, "event-state": "fault" }, {}],
    [{ error: "unknown-object" }, {}],
    [{ error: { class: "object", code: "unknown-object" } }, {}],
    [{ error: 31 }, "BAD_SHAPE"],
    [{ ...temp, reliability: "broken" }, "BAD_SHAPE"],
    [{ "object-name": "CO2", "present-value": 65_535, units: "parts-per-million" }, "DEVICE_GARBAGE"],
    [{ "object-name": "Damper Position", "present-value": 35, units: "percent" }, { damper_pct: 35 }],
    [{ "object-name": "AIR FLOW", "present-value": 300, units: "cubic-feet-per-minute" }, { airflow_lps: 141.5842 }],
  ])("%j", (more, wanted) => expect(of(more)).toEqual(wanted));

  const occupancy = { "object-name": "Occupancy", "state-text": ["Occupied", "Unoccupied", "Standby"] };
  test.each([
    ["multi-state-input,1", { ...occupancy, "present-value": 1 }, { occupied: true }],
    ["multi-state-input,1", { ...occupancy, "present-value": 3 }, {}],
    ["multi-state-input,1", { ...occupancy, "present-value": 0 }, "DEVICE_GARBAGE"],
    ["multi-state-input,1", { ...occupancy, "present-value": 4 }, "DEVICE_GARBAGE"],
    ["multi-state-input,1", { ...occupancy, "present-value": 1.5 }, "BAD_SHAPE"],
    ["multi-state-input,1", { ...occupancy, "state-text": "Occupied", "present-value": 1 }, "BAD_SHAPE"],
    ["multi-state-input,1", { "object-name": "Occupancy", "present-value": 1 }, {}],
    [
      "multi-state-value,14",
      { "object-name": "occ_ctrl", "present-value": 0, "number-of-states": 6 },
      "DEVICE_GARBAGE",
    ],
    ["binary-input,3", { "object-name": "OCC SENSOR", "present-value": "active" }, { occupied: true }],
    ["binary-input,3", { "object-name": "OCC SENSOR", "present-value": "on" }, "BAD_SHAPE"],
    ["binary-input,3", { "object-name": "OCC MODE", "present-value": "active" }, {}],
    ["device,3", { "present-value": 1 }, "BAD_SHAPE"],
  ])("%s %j", (object, more, wanted) => expect(of(more, object)).toEqual(wanted));

  it("is of the object that was asked for", () => {
    expect(read("bacnet analog-input,4", json({ object: "analog-input,5", ...temp }))).toBe("DEVICE_GARBAGE");
    expect(
      heard("bacnet analog-input,4", json({ object: "analog-input,4", ...temp, units: "no-units" })),
    ).toMatchObject({
      value: { readings: [{ metrics: {}, doubt: expect.stringContaining("°F") as string }] },
    });
  });
});

describe("xAPI", () => {
  const status = (tree: object) => read("wss:/ws xFeedback/Event", json({ params: { Status: tree } }));
  test.each([
    [{ RoomAnalytics: { AmbientTemperature: "21.5" } }, { temperature_c: 21.5 }],
    [{ RoomAnalytics: { AmbientTemperature: "215" } }, "DEVICE_GARBAGE"],
    [{ RoomAnalytics: { RelativeHumidity: {} } }, {}],
    [{ RoomAnalytics: { PeopleCount: { Current: [] } } }, "BAD_SHAPE"],
  ])("%j", (tree, wanted) => expect(status(tree)).toEqual(wanted));

  test.each([
    ["*s RoomAnalytics PeopleCount Current: 3\r\n** end\r\n", { people_count: 3 }],
    [
      '*s RoomAnalytics PeoplePresence: "Yes"\r\n*s Standby State: Off\r\n** end',
      { occupied: true, power_state: "on" },
    ],
    ["*s Call 37 Status: Connected\r\n*s Call 37 Protocol: SIP\r\n** end", { in_call: true }],
    ["*s Call 37 (ghost=True):\r\n** end", { in_call: false }],
    ["*s RoomAnalytics PeopleCount Current: 3\r\n", "DEVICE_GARBAGE"],
    ["*s RoomAnalytics PeopleCount Current 3\r\n** end", "DEVICE_GARBAGE"],
    ["*s RoomAnalytics AmbientTemperature: warm\r\n** end", "BAD_SHAPE"],
    ["*s __proto__ polluted: 1\r\n** end", {}],
    ["bash: xstatus: not found\r\n", "DEVICE_GARBAGE"],
  ])("on its terminal %j", (text, wanted) => expect(read("ssh:xstatus //x", text)).toEqual(wanted));

  it("says its own error", () => {
    expect(says("wss:/ws", json({ id: 1, error: { code: 1, message: "No" } }))).toEqual({ error: "No" });
    expect(read("wss:/ws", json({ id: 1, error: 1 }))).toBe("BAD_SHAPE");
    expect(read("wss:/ws", "[]")).toBe("BAD_SHAPE");
    expect(read("wss:/ws", "{")).toBe("BAD_JSON");
  });
});

test("what was heard anywhere else is nobody's answer here", () => {
  expect(decodeDevice("zigbee2mqtt/lotus", Buffer.from("{}"))).toBeUndefined();
});

describe("laws", () => {
  const topics = [
    "tcp:4352",
    "udp:4352",
    "tcp:1710",
    "snmp 1.3.6.1",
    "tcp:23",
    "tcp:6107",
    "tcp:3629",
    "crestron fusion",
    "http:GET getDeskOccupancyState",
    "modbus",
    "bacnet",
    "wss:/ws",
    "ssh:xstatus",
  ];
  const samples: readonly (readonly [string, string])[] = [
    ["tcp:4352", "%1LAMP=12345 1 99999 0\r"],
    ["tcp:4352", "%1ERST=101020\r"],
    ["udp:4352", "%2LKUP=00:11:22:33:44:55\r"],
    ["tcp:1710", '{"jsonrpc":"2.0","id":1,"result":{"State":"Active","Status":{"Code":2,"String":"x"}}}'],
    ["snmp 1.3.6.1.2.1.1.3.0", '{"oid":"1.3.6.1.2.1.1.3.0","type":"TimeTicks","value":8640000}'],
    ["tcp:23", "Vid3 Aud3 Typ6 Std- Blk0 Hrt067.5 Vrt060.0\r\n"],
    ["tcp:23", "45.50 C\r\n"],
    ["tcp:6107", "{0001\r\npr /V1/MEDIA/OCS/P1.State=Free\r\n}\r\n"],
    ["tcp:3629", "LAMP=1234 2345\r:"],
    ["tcp:3629", "IMEVENT=0001 03 00000002 00000000 T1 F1\r:"],
    ["crestron fusion", "RoomOccupied (join 10, digital, asset type Occupancy) = 1"],
    ["http:GET getDeskOccupancyState", '{"deskSensor":[{"id":"70","name":"a","occupancyState":"1"}]}'],
    ["modbus x", '{"registers":"1..6 (addresses 0..5)","words":[16384,17433,0,16928,0,16824]}'],
    ["modbus x", '{"registers":"exception","words":[132,11]}'],
    [
      "bacnet",
      '{"object":"analog-input,4","object-name":"ROOM TEMP","present-value":72.5,"units":"degrees-fahrenheit"}',
    ],
    ["wss:/ws", '{"params":{"Status":{"RoomAnalytics":{"AmbientTemperature":"21.5","PeopleCount":{"Current":3}}}}}'],
    ["ssh:xstatus", "*s RoomAnalytics PeopleCount Current: 3\r\n*s Call 37 Status: Connected\r\n** end"],
  ];

  function obeys(topic: string, bytes: Uint8Array): void {
    const parsed = decodeDevice(topic, bytes)?.parsed;
    if (parsed?.ok === false) {
      expect(parsed.why).not.toBe("");
      expect(parsed.where).not.toBe("");
    }
    for (const { metrics: told } of parsed?.ok === true ? parsed.value.readings : [])
      for (const [name, value] of Object.entries(told)) {
        const metric = metrics.get(name);
        expect(metric !== undefined && isPlausible(metric, value)).toBe(true);
      }
  }

  it("any text is read as plausible values or refused with a reason", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.stringMatching(/^[A-Z*{%(][ -~\r\n]{0,80}[\r\n:]{0,2}$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(...topics), text, (topic, said) => obeys(topic, Buffer.from(said))),
      { numRuns: 1_000 },
    );
  });

  it("so is an answer that was spoilt on its way", () => {
    const spoilt = fc
      .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
      .map(([[topic, said], changes, cut]) => {
        const bytes = Buffer.from(said);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        return [topic, cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes] as const;
      });
    fc.assert(
      fc.property(spoilt, ([topic, bytes]) => obeys(topic, bytes)),
      { numRuns: 2_500 },
    );
  });
});
