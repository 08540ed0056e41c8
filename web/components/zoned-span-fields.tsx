import type { ReactElement } from "react";
import { instantOf } from "../words/zoned-time.ts";
import { TimeField } from "./time-field.tsx";
import { DayField } from "./day-field.tsx";
import form from "./form.module.css";

/** A span as people write it: a day, and two times on the room's clocks; the end may be on a later day. */
export interface ZonedSpan {
  day: string;
  from: string;
  endDay: string;
  to: string;
}

/** The instants, or what is wrong. */
export function spanInstants(span: ZonedSpan, zone: string): { start: string; end: string } | { fault: string } {
  const start = instantOf(span.day, span.from, zone);
  const end = instantOf(span.endDay, span.to, zone);
  if (start === undefined || end === undefined) return { fault: "Say both days and both times." };
  if (end <= start) return { fault: "The end must be after the start." };
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

interface ZonedSpanFieldsProps {
  span: ZonedSpan;
  onChange: (span: ZonedSpan) => void;
}

export function ZonedSpanFields({ span, onChange }: ZonedSpanFieldsProps): ReactElement {
  return (
    <>
      <div className={form["pair"]}>
        <DayField
          label="From"
          value={span.day}
          isShort
          onChange={(day) => onChange({ ...span, day, endDay: day > span.endDay ? day : span.endDay })}
        />
        <TimeField label="at" value={span.from} onChange={(from) => onChange({ ...span, from })} />
      </div>
      <div className={form["pair"]}>
        <DayField
          label="Until"
          value={span.endDay}
          from={span.day}
          isShort
          onChange={(endDay) => onChange({ ...span, endDay })}
        />
        <TimeField label="at" value={span.to} onChange={(to) => onChange({ ...span, to })} />
      </div>
    </>
  );
}
