import { describe, expect, it } from "vitest";
import { readDemoCsv } from "./read-demo-csv.ts";

describe("demos from a CSV", () => {
  it("reads times with and without a zone, needs, and optional columns", () => {
    const text =
      "room;title;start;end;people;capabilities;account\nHarbour;Pitch;2026-11-23 14:00;2026-11-23 15:00;6;display video_call;Acme\nPeak;Late;2026-11-23T20:00:00+01:00;2026-11-23T21:00:00+01:00;;;\n";
    const { demos, faults } = readDemoCsv(text, "Europe/Berlin");
    expect(faults).toEqual([]);
    expect(demos).toEqual([
      {
        line: 2,
        room: "Harbour",
        title: "Pitch",
        account: "Acme",
        start: "2026-11-23T13:00:00.000Z",
        end: "2026-11-23T14:00:00.000Z",
        needs: { people: 6, capabilities: ["display", "video_call"] },
      },
      {
        line: 3,
        room: "Peak",
        title: "Late",
        start: "2026-11-23T19:00:00.000Z",
        end: "2026-11-23T20:00:00.000Z",
        needs: {},
      },
    ]);
  });

  it("leaves out a wrong row, keeps the others, and says line, column and reason for each fault", () => {
    const text =
      "room,title,start,end,people\n,Pitch,never,2026-11-23 15:00,many\nPeak,Good,2026-11-23 14:00,2026-11-23 15:00,4\nPeak,Reversed,2026-11-23 15:00,2026-11-23 14:00,4\n";
    const { demos, faults } = readDemoCsv(text, "UTC");
    expect(demos.map(({ title }) => title)).toEqual(["Good"]);
    expect(faults.map(({ line, where }) => `${line} ${where}`)).toEqual(["2 room", "2 start", "2 people", "4 end"]);
  });

  it.each([
    ["", "no rows"],
    ["room,title\nPeak,Pitch", "lacks the columns start, end"],
    ['room,title,start,end\n"unclosed', "not a CSV"],
  ])("refuses %j with a reason", (text, why) => {
    expect(readDemoCsv(text, "UTC").faults[0]?.why).toContain(why);
  });
});
