import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { forDays, parseRecurrenceRule, wallTimes } from "./recurrence-rule.ts";
import { readCalendar } from "./read-calendar.ts";

const corpus = fileURLToPath(new URL("../../../shared/ics/", import.meta.url));
const present = existsSync(corpus);

interface Expected {
  file: string;
  kind: string;
  window?: [string, string];
  instances?: { start: string; end: string; summary?: string; status?: string }[];
  total?: number | string;
}

const fileText = (name: string): string => {
  const bytes = readFileSync(corpus + name);
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
};
const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);
const expected: Expected[] = present
  ? fileText("expected.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Expected)
  : [];
/** Two implementations agree there against the RFC (a doubled wall time is its first, §3.3.5); `own-from-rfc` says so. */
const againstRfc = "own__dst_overlap.ics";
const agreed = expected.filter(
  (each) => each.kind === "two-implementations-agree" && each.instances !== undefined && each.file !== againstRfc,
);

const within = (
  name: string,
  from: string,
  to: string,
): { start: string; end: string; summary: string; status?: string }[] =>
  readCalendar(fileText(name), { from: instant(from), to: instant(to) }).instances.map(
    ({ start, end, summary, status }) => ({ start, end, summary, ...(status === undefined ? {} : { status }) }),
  );

describe.skipIf(!present)("the calendar corpus (../shared/ics; skipped where it is absent)", () => {
  it.each(agreed.map((each) => [each.file, each] as const))(
    "%s: every instance on which two implementations agree",
    (file, { window, instances, total }) => {
      const [from, to] = window as [string, string];
      const found = within(file, from, to);
      for (const instance of instances ?? []) {
        const { start, end, summary, status } = instance;
        expect(found).toContainEqual({
          start,
          end,
          summary: summary ?? "",
          ...(status === undefined ? {} : { status }),
        });
      }
      // One file's total is contradicted by its own corpus (COUNT=-1, see below).
      if (typeof total === "number" && file !== "rie__issue_128_only_first_event.ics") expect(found.length).toBe(total);
    },
  );

  it.each(readdirSync(present ? corpus : ".").filter((name) => /\.ics(\.gz)?$/.test(name)))(
    "%s: is read to its end, never throwing, each fault with its place and reason",
    (name) => {
      const { faults } = readCalendar(fileText(name), {
        from: instant("2000-01-01T00:00:00Z"),
        to: instant("2030-01-01T00:00:00Z"),
      });
      for (const fault of faults) {
        expect(fault.where).not.toBe("");
        expect(fault.why).not.toBe("");
      }
    },
  );

  it("clock changes: a skipped start is read with the offset before, a skipped occurrence does not count, a doubled one is the first", () => {
    expect(
      within("own__dst_gap_single.ics", "2025-03-01T00:00:00Z", "2025-05-01T00:00:00Z").map((each) => each.start),
    ).toEqual(["2025-03-30T01:30:00Z"]);
    expect(
      within("own__dst_gap_daily.ics", "2025-03-01T00:00:00Z", "2025-05-01T00:00:00Z").map((each) => each.start),
    ).toEqual(["2025-03-29T01:30:00Z", "2025-03-31T00:30:00Z", "2025-04-01T00:30:00Z"]);
    expect(
      within("own__dst_overlap.ics", "2025-10-01T00:00:00Z", "2025-11-01T00:00:00Z")
        .map(({ start, end }) => [start, end])
        .toSorted((a, b) => (a.join() < b.join() ? -1 : 1)),
    ).toEqual([
      ["2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z"],
      ["2025-10-26T00:30:00Z", "2025-10-26T02:30:00Z"],
    ]);
  });

  it("a demo series with a cancelled, a moved, an excluded and a relocated instance", () => {
    const { instances } = readCalendar(fileText("own__demo_weekly_cancelled_moved.ics"), {
      from: instant("2025-02-01T00:00:00Z"),
      to: instant("2025-05-01T00:00:00Z"),
    });
    expect(instances.map(({ start }) => start)).toEqual([
      "2025-02-25T15:00:00Z",
      "2025-03-11T14:00:00Z",
      "2025-03-19T18:30:00Z",
      "2025-03-25T14:00:00Z",
      "2025-04-01T14:00:00Z",
      "2025-04-08T14:00:00Z",
    ]);
    expect(instances[1]?.status).toBe("CANCELLED");
    expect(instances.find(({ start }) => start === "2025-04-01T14:00:00Z")?.location).toContain("2");
  });

  it("THISANDFUTURE moves what follows, single replacements and RDATEs stay", () => {
    const found = within("rie__issue_75_range_parameter.ics", "2024-09-01T00:00:00Z", "2024-09-25T00:00:00Z");
    expect(found.length).toBe(13);
    expect(found.filter((each) => each.start < "2024-09-12").length).toBe(6);
    expect(
      found
        .filter((each) => /^2024-09-(13|17|19)/.test(each.start))
        .map(({ start, end }) => `${start.slice(11, 16)}-${end.slice(11, 16)}`),
    ).toEqual(Array(3).fill("09:00-16:00"));
    // The RDATE of the 14th follows the replacement, moved by the same three hours (RFC 5545 §3.8.4.4).
    expect(found.find((each) => each.start.startsWith("2024-09-14"))).toMatchObject({
      start: "2024-09-14T06:00:00Z",
      summary: "MODIFIED EVENT",
    });
    expect(found.find((each) => each.start.startsWith("2024-09-15"))?.start).toBe("2024-09-15T17:00:00Z");
    expect(found.filter((each) => each.start >= "2024-09-22").map(({ start, end }) => [start, end])).toEqual([
      ["2024-09-22T14:22:00Z", "2024-09-22T16:13:00Z"],
      ["2024-09-24T14:22:00Z", "2024-09-24T16:13:00Z"],
    ]);
  });

  it("what the corpora say of single files", () => {
    expect(
      within("rie__issue_48_daylight_aware_repeats.ics", "2020-11-02T00:00:00Z", "2020-11-03T00:00:00Z").map(
        ({ start, end }) => [start, end],
      ),
    ).toContainEqual(["2020-11-02T11:30:00Z", "2020-11-02T13:00:00Z"]);
    expect(
      within("rie__issue_62_moved_event.ics", "2021-12-01T00:00:00Z", "2022-01-01T00:00:00Z").map((each) =>
        each.start.slice(0, 10),
      ),
    ).toEqual(["2021-12-17"]);
    expect(within("rie__issue_62_moved_event_2.ics", "2023-08-01T00:00:00Z", "2023-09-01T00:00:00Z").length).toBe(6);
    expect(
      within(
        "rie__issue_86_x_wr_timezone_without_time_zone_in_dt.ics",
        "2021-09-01T00:00:00Z",
        "2021-10-01T00:00:00Z",
      )[0]?.start,
    ).toBe("2021-09-16T19:00:00Z");
    const thursdays = within(
      "rie__issue_107_omitting_last_event.ics",
      "2023-05-30T00:00:00Z",
      "2023-07-01T00:00:00Z",
    ).map((each) => each.start.slice(0, 10));
    expect(thursdays).toEqual(["2023-06-01", "2023-06-08"]);
    expect(within("rie__issue_117_until_before_dtstart.ics", "2023-01-01T00:00:00Z", "2024-12-31T00:00:00Z")).toEqual(
      [],
    );
    expect(within("rie__issue_128_only_first_event.ics", "2023-09-30T00:00:00Z", "2025-04-04T00:00:00Z").length).toBe(
      7,
    );
    const september = within(
      "rie__issue_36_recurrence_ID_format.ics",
      "2020-09-13T00:00:00Z",
      "2020-09-22T00:00:00Z",
    ).map(({ start, summary }) => [start.slice(0, 10), summary]);
    expect(september).toEqual([
      ["2020-09-14", "Modified event 1"],
      ["2020-09-17", "Modified event"],
      ["2020-09-21", "Modified event 2"],
    ]);
    expect(
      within("rie__issue_148_ignored_exdate.ics", "2024-07-01T00:00:00Z", "2024-08-02T00:00:00Z").map(
        ({ start, summary }) => [start, summary],
      ),
    ).toEqual([
      ["2024-07-01", "test123 - edited"],
      ["2024-07-29", "test123 - edited"],
    ]);
    expect(
      within("rie__issue_148_exdate_and_rdate_updated.ics", "2024-07-01T00:00:00Z", "2024-08-02T00:00:00Z").map(
        (each) => each.start,
      ),
    ).toEqual(["2024-07-01", "2024-07-15", "2024-07-30"]);
    expect(within("rie__issue_163_deleted_modification.ics", "2024-08-19T00:00:00Z", "2024-08-20T00:00:00Z")).toEqual(
      [],
    );
    expect(
      within("rie__issue_18_cancel_status.ics", "2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z").map(
        (each) => each.status,
      ),
    ).toEqual([undefined, "CANCELLED", undefined]);
    expect(
      within(
        "icalendar__issue_722_timezone_transition_ambiguity.ics",
        "2024-03-01T08:00:00Z",
        "2025-09-04T08:00:00Z",
      ).map((each) => each.start),
    ).toEqual(["2024-03-02T20:00:00Z", "2024-05-04T19:00:01Z", "2024-05-04T22:00:01Z", "2024-08-02T22:00:00Z"]);
  });

  it("libical's recurrence rules, every instance", () => {
    const blocks = fileText("libical__icalrecur_test.txt").split(/\n\s*\n/);
    const wrong: string[] = [];
    let checked = 0;
    for (const block of blocks) {
      const field = (name: string): string | undefined => new RegExp(`^${name}:(.*)$`, "m").exec(block)?.[1]?.trim();
      const [text, start, instances, startAt] = ["RRULE", "DTSTART", "INSTANCES", "START-AT"].map(field);
      if (
        text === undefined ||
        start === undefined ||
        instances === undefined ||
        instances.startsWith("***") ||
        /RSCALE|SKIP/.test(text) ||
        startAt !== undefined
      )
        continue;
      checked += 1;
      const list = instances
        .split(",")
        .map((each) => each.trim())
        .filter((each) => each !== "");
      const parsed = parseRecurrenceRule(text).rule;
      const rule = parsed !== undefined && start.length === 8 ? forDays(parsed) : parsed;
      const iso = (value: string): string =>
        `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}${value.length > 8 ? `T${value.slice(9, 11)}:${value.slice(11, 13)}:${value.slice(13, 15)}` : "T00:00:00"}`;
      const last = list.at(-1) as string;
      const found: string[] = [];
      if (rule !== undefined) {
        const end = Temporal.PlainDateTime.from(iso(last)).add({ seconds: 1 });
        for (const local of wallTimes(
          rule,
          Temporal.PlainDateTime.from(iso(start)),
          Temporal.PlainDateTime.from(iso(start)),
          end,
        ))
          found.push(local.toString().slice(0, 19).padEnd(19, ":00"));
      }
      const want = list.map((each) => iso(each));
      if (want.some((each) => !found.includes(each)))
        wrong.push(`${text} from ${start}: wanted ${want.slice(0, 4).join(" ")}, found ${found.slice(0, 4).join(" ")}`);
    }
    expect(checked).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });
});
