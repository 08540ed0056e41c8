import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { instant, seconds } from "#contract/units.ts";
import { VirtualClock } from "#contract/virtual-clock.ts";
import { type PjlinkFault, pjlinkFaults } from "./pjlink-faults.ts";
import { type PjlinkDevice, startPjlinkDevice } from "./pjlink.ts";

let device: PjlinkDevice;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await device.stop();
});

/** A client that keeps all it hears. */
function client(port = device.port): { say: (text: string) => void; heard: () => string; isClosed: () => boolean } {
  let heard = "";
  let isClosed = false;
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.on("data", (bytes) => (heard += String(bytes)));
  socket.on("error", () => {});
  socket.on("close", () => (isClosed = true));
  return { say: (text) => void socket.write(text), heard: () => heard, isClosed: () => isClosed };
}

test("speaks the wire: greeting, log-in by the specification's digest, answers, errors", async () => {
  const clock = new VirtualClock(instant(0));
  device = await startPjlinkDevice({ host: "127.0.0.1", clock, seed: 1, password: "JBMIAProjectorLink" });
  const wrong = client();
  await expect.poll(wrong.heard).toMatch(/^PJLINK 1 [0-9a-f]{8}\r$/);
  wrong.say(`${"0".repeat(32)}%1POWR ?\r`);
  await expect.poll(wrong.heard).toContain("PJLINK ERRA\r");
  await expect.poll(wrong.isClosed).toBe(true);
});

test("obeys and answers; OK comes before the state follows", async () => {
  const clock = new VirtualClock(instant(0));
  device = await startPjlinkDevice({ host: "127.0.0.1", clock, seed: 1, model: { warmUp: seconds(20) } });
  const { say, heard } = client();
  let expected = "PJLINK 0\r";
  for (const [asked, answer] of [
    ["%1POWR ?", "%1POWR=0"],
    ["%1INPT ?", "%1INPT=ERR3"],
    ["%1POWR 1", "%1POWR=OK"],
    ["%1POWR ?", "%1POWR=3"],
    ["%1POWR 0", "%1POWR=ERR3"],
    ["%1NOPE ?", "%1NOPE=ERR1"],
    ["%1POWR 7", "%1POWR=ERR2"],
  ] as const) {
    say(`${asked}\r`);
    expected += `${answer}\r`;
    await expect.poll(heard).toBe(expected);
  }
  clock.advance(seconds(20));
  say("%1POWR ?\r");
  await expect.poll(heard).toContain("%1POWR=1\r");
  say("%1INPT 99\r");
  await expect.poll(heard).toContain("%1INPT=ERR2\r");
  say("%1AVMT 31\r");
  await expect.poll(heard).toContain("%1AVMT=OK\r");
  expect(device.state).toMatchObject({ power: "on", muted: { picture: true, sound: true } });
});

test("closes a connection that is silent for 30 s, and drops a command that comes before its answer", async () => {
  const clock = new VirtualClock(instant(0));
  device = await startPjlinkDevice({ host: "127.0.0.1", clock, seed: 1 });
  await device.set("slow");
  const { say, heard, isClosed } = client();
  await expect.poll(heard).toBe("PJLINK 0\r");
  say("%1POWR ?\r%1CLSS ?\r");
  await expect.poll(() => clock.nextDue).toBe(3_000);
  clock.advance(seconds(3));
  await expect.poll(heard).toBe("PJLINK 0\r%1POWR=0\r");
  clock.advance(seconds(29));
  expect(isClosed()).toBe(false);
  clock.advance(seconds(1));
  await expect.poll(isClosed).toBe(true);
  expect(device.asked).toEqual(["POWR ?"]);
});

test("lamp hours count while it is on, and it keeps its port over a reboot", async () => {
  const clock = new VirtualClock(instant(0));
  device = await startPjlinkDevice({ host: "127.0.0.1", clock, seed: 1 });
  const { port } = device;
  device.power("on");
  clock.advance(seconds(30 + 7_200));
  expect(device.state.lampHours).toBe(1_252);
  await device.set("reboots");
  const refused = client();
  await expect.poll(refused.isClosed).toBe(true);
  clock.advance(seconds(20));
  await expect
    .poll(async () => {
      const { heard } = client(port);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return heard();
    })
    .toBe("PJLINK 0\r");
  expect(device.state).toMatchObject({ power: "standby", lampHours: 1_252 });
});

test("every fault has its line in the README, begins and ends", async () => {
  const page = readFileSync(new URL("README.md", import.meta.url), "utf8");
  device = await startPjlinkDevice({ host: "127.0.0.1", clock: new VirtualClock(instant(0)), seed: 1 });
  for (const fault of Object.keys(pjlinkFaults) as PjlinkFault[]) {
    expect(page).toContain(`| \`${fault}\` `);
    if (fault === "reboots") continue;
    await device.set(fault);
    await device.set(fault, false);
    const { heard } = client();
    await expect.poll(heard).toBe("PJLINK 0\r");
  }
});

test("the same seed gives the same salts", async () => {
  const salts: string[] = [];
  for (let i = 0; i < 2; i++) {
    device = await startPjlinkDevice({
      host: "127.0.0.1",
      clock: new VirtualClock(instant(0)),
      seed: 42,
      password: "x",
    });
    const { heard } = client();
    await expect.poll(heard).toContain("\r");
    salts.push(heard());
    await device.stop();
    await device.stop();
  }
  expect(salts[0]).toBe(salts[1]);
});
