import { describe, expect, it } from "vitest";
import type { Alert } from "#contract/messages/alert.ts";
import { causeOf, clockTime, wireTime } from "./desk-fixture.ts";
import type { Member } from "./finding.ts";
import { incidentKey, Incidents, membersOfAlert, newIncident } from "./incident.ts";

const member = (roomKey: string, demo = "acme") => ({ roomKey, demo }) as Member;
const alert = { id: "a1" } as Alert;

describe("incidents", () => {
  it("are one for each visit and cause, one for all where the cause is shared", () => {
    expect(incidentKey("hq/harbour", "acme", "co2")).toBe("hq/harbour|acme|co2");
    expect(incidentKey("hq/harbour", "acme", "agent:pi")).toBe("hq|agent:pi");
  });

  it("are found by key, by alert and by the rooms in which they endanger a visit", () => {
    const incidents = new Incidents();
    const one = incidents.add(newIncident("k", "hq/harbour", "agent:pi"));
    incidents.setAlert(one, alert);
    for (const each of [member("hq/harbour"), member("hq/harbour", "beta"), member("hq/lake")])
      incidents.join(one, each);
    expect(incidents.get("k")).toBe(one);
    expect(incidents.byAlert("a1")).toBe(one);
    expect(incidents.inRoom("hq/lake")).toEqual(new Set([one]));

    incidents.leave(one, member("hq/harbour"));
    expect(incidents.inRoom("hq/harbour")).toEqual(new Set([one]));
    incidents.leave(one, member("hq/harbour", "beta"));
    expect(incidents.inRoom("hq/harbour")).toBeUndefined();
    expect(incidents.inRoom("hq/lake")).toEqual(new Set([one]));
    incidents.leave(one, member("hq/pine"));
    expect(incidents.inRoom("hq/lake")).toEqual(new Set([one]));
  });

  it("leave the others of a room where they are", () => {
    const incidents = new Incidents();
    const [one, two] = [newIncident("k1", "hq/lake", "co2"), newIncident("k2", "hq/lake", "co2")];
    incidents.join(one, member("hq/lake"));
    incidents.join(two, member("hq/lake"));
    incidents.leave(one, member("hq/lake"));
    expect(incidents.inRoom("hq/lake")).toEqual(new Set([two]));
  });

  it("that are dropped are found no more, and their timer is off", () => {
    const incidents = new Incidents();
    const one = incidents.add(newIncident("k", "hq/lake", "co2"));
    let isOff = false;
    one.cancel = () => (isOff = true);
    incidents.setAlert(one, alert);
    incidents.join(one, member("hq/lake"));
    incidents.drop(one);
    expect(isOff).toBe(true);
    expect([incidents.get("k"), incidents.byAlert("a1"), incidents.inRoom("hq/lake")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([...incidents.all()]).toEqual([]);
  });
});

it("takes back from the wire which visits an alert endangered, as known and not as silent", () => {
  const wired = {
    id: "a1",
    cause: "co2",
    sentence: "x",
    raised_at: wireTime("12:00"),
    steps: causeOf({}).steps,
    members: [
      {
        room: "hq/lake",
        demo: "acme",
        title: "Acme",
        arrival: wireTime("14:00"),
        end: wireTime("15:00"),
        act_by: wireTime("13:00"),
        p_ready: 0.3,
      },
    ],
  } as unknown as Alert;
  const [one] = membersOfAlert(wired);
  expect(one).toMatchObject({
    roomKey: "hq/lake",
    roomName: "lake",
    floor: "",
    zone: "UTC",
    demo: "acme",
    arrival: clockTime("14:00"),
    end: clockTime("15:00"),
    actBy: clockTime("13:00"),
    isSilence: false,
    isRestored: true,
    since: clockTime("12:00"),
  });
  expect(one?.risk).toBeCloseTo(0.7, 9);
  expect(one?.cause).toMatchObject({ cause: "co2", checks: [], p_ready: 0.3, act_by: wireTime("13:00") });
  expect(membersOfAlert({ ...wired, members: undefined })).toEqual([]);
});
