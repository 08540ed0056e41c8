import { expect, test } from "vitest";
import type { WhatIfAlert, WhatIfMessage } from "#contract/api/what-if.ts";
import { countWords, differenceWords, toldWords } from "./past-words.ts";

const at = (time: string): string => `2026-11-23T${time}:00.000Z`;
const today = (time: string) => ({ raised_at: at(time), act_by: at("10:00"), p_ready: 0.4 });
const then = (time: string) => ({ raised_at: at(time), act_by: at("10:00") });
const base: WhatIfAlert = {
  id: "a",
  room_key: "hq/a",
  room_name: "A",
  floor: "1",
  zone: "UTC",
  cause: "display:d",
  title: "",
  sentence: "",
  visits: [],
};

test("how today's rules differ is said of each alert", () => {
  const words = (alert: Partial<WhatIfAlert>): string => differenceWords({ ...base, ...alert });
  expect(words({ by_these_rules: today("09:00") })).toBe("only by today’s rules");
  expect(words({ as_it_was: then("09:00") })).toBe("not by today’s rules");
  expect(words({ by_these_rules: today("09:00"), as_it_was: then("09:00") })).toBe("at the same time");
  expect(words({ by_these_rules: today("09:00"), as_it_was: then("09:12") })).toBe("12\u00A0min earlier");
  expect(words({ by_these_rules: today("10:30"), as_it_was: then("09:00") })).toBe("1\u00A0h\u00A030 later");
});

test("and counted over all of them", () => {
  const alerts = [
    { ...base, by_these_rules: today("09:00") },
    { ...base, by_these_rules: today("09:00"), as_it_was: then("09:00") },
    { ...base, as_it_was: then("09:00") },
    { ...base, as_it_was: then("09:00") },
  ];
  expect(countWords(alerts)).toBe("2 alerts by today’s rules; 3 then. In both: 1; only today: 1; only then: 2.");
  expect(countWords([{ ...base, by_these_rules: today("09:00") }])).toMatch(/^1 alert by/);
});

test("who would have been told: each once, at the first time, and not that it is over", () => {
  const told = (to: string, time: string, event: string, alert = "a"): WhatIfMessage => ({
    at: at(time),
    to,
    event,
    alert,
    title: "",
    sentence: "",
  });
  const messages = [
    told("facilities", "09:10", "raised"),
    told("lead", "09:22", "lead"),
    told("facilities", "09:40", "past_act_by"),
    told("host", "09:41", "raised", "b"),
    told("remedy", "09:50", "resolved"),
  ];
  expect(toldWords(messages, base)).toBe("facilities 09:10, the lead 09:22");
});
