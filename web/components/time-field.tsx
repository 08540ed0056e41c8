import { TimePicker } from "@mantine/dates";
import type { ReactElement } from "react";

interface TimeFieldProps {
  label: string;
  /** "14:00"; empty while it is being typed. */
  value: string;
  onChange: (time: string) => void;
}

/** A time of day on a clock of 24 hours, whatever the browser's own habit is. */
export function TimeField({ label, value, onChange }: TimeFieldProps): ReactElement {
  return (
    <TimePicker
      label={label}
      format="24h"
      value={value}
      minutesStep={5}
      hoursInputLabel={`${label}, hours`}
      minutesInputLabel={`${label}, minutes`}
      style={{ flex: 1 }}
      onChange={(time) => onChange(time.slice(0, 5))}
    />
  );
}
