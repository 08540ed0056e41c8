import { DatePickerInput } from "@mantine/dates";
import type { ReactElement } from "react";

interface DayFieldProps {
  label: string;
  /** "2026-11-24" */
  value: string;
  onChange: (day: string) => void;
  /** No earlier day can be chosen. */
  from?: string;
  isShort?: boolean;
}

/** Chooses a day. */
export function DayField({ label, value, onChange, from, isShort }: DayFieldProps): ReactElement {
  return (
    <DatePickerInput
      label={label}
      value={value}
      valueFormat={isShort === true ? "ddd D MMM" : "dddd D MMMM"}
      highlightToday
      hideOutsideDates
      previousLabel="Previous month"
      nextLabel="Next month"
      popoverProps={{ withRoles: false }}
      {...(from === undefined ? {} : { minDate: from })}
      onChange={(day) => {
        if (day !== null) onChange(day);
      }}
    />
  );
}
