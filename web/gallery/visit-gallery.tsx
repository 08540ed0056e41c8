import type { ReactElement } from "react";
import type { PromiseOption as Option } from "#contract/api/requests.ts";
import { DaySummary, NextVisit } from "../components/day-summary.tsx";
import { PromiseOption } from "../components/promise-option.tsx";
import { NextVisitCard, VisitCard } from "../components/visit-card.tsx";
import { building, NOW } from "./sample.ts";
import { Section, State } from "./section.tsx";

const nothing = (): void => undefined;
const room = building.rooms[0];

/** Visits as sales sees them, and answers to "can I promise this?". */
export function VisitGallery(): ReactElement {
  const options: Option[] =
    room === undefined
      ? []
      : [
          {
            room,
            answer: "yes",
            p_ready: 0.97,
            basis: "learned",
            reason: "41 of the last 42 visits here started ready.",
            to_do: ["Set the display input"],
            fits: true,
            free: true,
          },
          {
            room,
            answer: "likely",
            p_ready: 0.88,
            basis: "prior",
            reason: "A visit before it may run over.",
            to_do: [],
            fits: true,
            free: true,
          },
          {
            room,
            answer: "uncertain",
            p_ready: 0.61,
            basis: "learned",
            reason: "The codec has failed twice this week.",
            to_do: [],
            fits: true,
            free: true,
          },
          {
            room,
            answer: "no",
            p_ready: 0,
            basis: "learned",
            reason: "Taken by Acme at that time.",
            to_do: [],
            fits: true,
            free: false,
          },
        ];
  return (
    <Section title="Visits">
      <State name="the day in a line">
        <DaySummary demos={building.demos} now={NOW} />
        <NextVisit demos={building.demos} now={NOW} />
      </State>
      {building.demos
        .filter((demo) => ["Harbour", "Victoria", "Heron"].includes(demo.room_name))
        .slice(0, 3)
        .map((demo) => (
          <State key={demo.id} name={`next: ${demo.status}`}>
            <NextVisitCard demo={demo} now={NOW} />
          </State>
        ))}
      {building.demos.slice(0, 7).map((demo) => (
        <State key={demo.id} name={`later: ${demo.status}`}>
          <VisitCard demo={demo} now={NOW} />
        </State>
      ))}
      {options.map((option) => (
        <State key={option.answer} name={`promise: ${option.answer}`}>
          <PromiseOption option={option} isBest={option.answer === "yes"} onBook={nothing} />
        </State>
      ))}
    </Section>
  );
}
