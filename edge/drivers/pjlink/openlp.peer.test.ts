import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#contract/system-clock.ts";
import { millis } from "#contract/units.ts";
import { type PjlinkDevice, pjlinkClass2, startPjlinkDevice } from "#simulators/devices/pjlink.ts";

/** Debian's own Python, which has Debian's packages, whatever other Python comes first on the path. */
const PYTHON = "/usr/bin/python3";
/** Where OpenLP's Python lies: installed, or unpacked without the program around it. */
const LIBRARY = process.env["OPENLP_LIB"] ?? "/usr/lib/python3/dist-packages";
const env = { ...process.env, PYTHONPATH: LIBRARY, QT_QPA_PLATFORM: "offscreen" };
const isThere =
  spawnSync(PYTHON, ["-c", "import openlp.core.projectors.pjlink"], { stdio: "ignore", env }).status === 0;
if (!isThere && process.env["CI"] === "true")
  throw new Error(
    "OpenLP's PJLink client is not there (apt-get install python3-pyqt5 python3-chardet python3-appdirs, unpack openlp, OPENLP_LIB)",
  );

/** OpenLP, a program for song texts, polls projectors by PJLink; this is its client, told to look and to say what it saw. */
const CLIENT = `
import json, sys
from types import SimpleNamespace
from PyQt5 import QtCore
app = QtCore.QCoreApplication([])
from openlp.core.projectors.pjlink import PJLink
from openlp.core.projectors.constants import STATUS_CODE
port, password, wanted = int(sys.argv[1]), sys.argv[2] or None, sys.argv[3]
entry = SimpleNamespace(ip="127.0.0.1", port=port, pin=password, name="p", location="", notes="", mac_adx=None,
    pjlink_class=None, serial_no=None, sw_version=None, model_filter=None, model_lamp=None, id=1)
link = PJLink(entry, poll_time=1)
names = ["source", "source_available", "manufacturer", "model", "pjlink_class", "pjlink_name", "lamp", "shutter", "mute",
    "serial_no", "sw_version", "model_lamp", "model_filter"]
hung_up = []
link.disconnected.connect(lambda: hung_up.append(True))
def look():
    if (hung_up if wanted == "refusal" else link.serial_no and link.source and link.shutter is not None):
        seen = {name: getattr(link, name) for name in names}
        print(json.dumps({**seen, "power": STATUS_CODE[link.power]}), flush=True)
        app.quit()
timer = QtCore.QTimer()
timer.timeout.connect(look)
timer.start(50)
QtCore.QTimer.singleShot(20000, app.quit)
link.connect_to_host()
app.exec_()
`;

async function client(device: PjlinkDevice, password: string, wanted: "sight" | "refusal"): Promise<unknown> {
  const args = ["-c", CLIENT, String(device.port), password, wanted];
  const { stdout, stderr } = await promisify(execFile)(PYTHON, args, { env, timeout: 30_000 });
  if (stdout.trim() === "") throw new Error(`it saw nothing: ${stderr.slice(-1_000)}`);
  return JSON.parse(stdout) as unknown;
}

let device: PjlinkDevice;
beforeAll(async () => {
  device = await startPjlinkDevice({
    host: "127.0.0.1",
    clock: systemClock,
    seed: 1,
    password: "JBMIAProjectorLink",
    model: { warmUp: millis(5), class2: pjlinkClass2 },
  });
  device.power("on");
  device.input("31");
  device.mute({ picture: true, sound: true });
});
afterAll(() => device.stop());

describe.skipIf(!isThere)("OpenLP's PJLink client", () => {
  it("signs in to our projector and sees what it is and how", async () => {
    expect(await client(device, "JBMIAProjectorLink", "sight")).toMatchObject({
      power: "S_ON",
      source: "31",
      source_available: ["11", "31", "32"],
      manufacturer: "Lumen & Lux",
      model: "LX-4100",
      pjlink_class: "2",
      pjlink_name: "Simulated projector",
      lamp: [{ Hours: 1250, On: true }],
      shutter: true,
      mute: true,
      serial_no: pjlinkClass2.serial,
      sw_version: pjlinkClass2.software,
      model_lamp: pjlinkClass2.lampModels,
      model_filter: pjlinkClass2.filterModels,
    });
  });

  it("learns nothing with a wrong password: our projector hangs up", async () => {
    expect(await client(device, "wrong", "refusal")).toMatchObject({
      source: null,
      manufacturer: null,
      serial_no: null,
    });
  });
});
