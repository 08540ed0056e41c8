import { describe, expect, it } from "vitest";
import { acme, clockTime, demoAt, DeskStory } from "./desk-fixture.ts";
import { farewellOf, farewells } from "./farewell.ts";
import type { Member } from "./finding.ts";

const member = { demo: "acme", end: clockTime("15:00") } as Member;
const beta = demoAt("beta", "16:00", "17:00");
/** Why the visit is no longer endangered, at a time, by what the room has and what was judged of it. */
function farewell(time: string, demos: (typeof acme)[], judged = demos) {
  const story = new DeskStory(time);
  const judgement = { ...story.judgement({ demos: judged }), demos };
  return farewellOf(member, judgement, clockTime(time));
}

describe("a visit that is no longer endangered", () => {
  it("was called off, or is over, where the calendar has it no more", () => {
    expect(farewell("14:59", [beta])).toBe("called-off");
    expect(farewell("15:00", [beta])).toBe("over");
    expect(farewell("15:01", [])).toBe("over");
  });

  it("is well, where it was judged", () => {
    expect(farewell("13:00", [beta, acme])).toBe("gone");
    expect(farewell("14:30", [beta, acme])).toBe("gone");
  });

  it("has begun, where it is judged no more", () => {
    expect(farewell("13:59", [acme], [beta])).toBe("gone");
    expect(farewell("14:00", [acme], [beta])).toBe("begun");
    expect(farewell("14:30", [acme], [])).toBe("begun");
  });

  it("says so in words of people", () => {
    expect(farewells).toEqual({
      gone: "it is in order again",
      "called-off": "the visit was called off or moved to another room",
      begun: "the visit has begun",
      over: "the visit is over",
    });
  });
});
