import { Select } from "@mantine/core";
import type { ReactElement } from "react";

const DEFAULT = 0.95;
const offered = [0.9, 0.95, 0.97, 0.99];

interface TargetFieldProps {
  value: number | undefined;
  /** What holds while nothing is said here. */
  inherited?: number | undefined;
  onChange: (target: number | undefined) => void;
}

/** How sure it has to be that the room is ready: below, the visit is at risk and somebody is told. */
export function TargetField({ value, inherited, onChange }: TargetFieldProps): ReactElement {
  const all = value === undefined || offered.includes(value) ? offered : [...offered, value].toSorted((a, b) => a - b);
  return (
    <Select
      label="At risk below"
      description="The more certain it has to be, the earlier somebody is told."
      clearable
      placeholder={`${percent(inherited ?? DEFAULT)}, ${inherited === undefined ? "as usual" : "as its template"}`}
      value={value === undefined ? null : String(value)}
      onChange={(text) => onChange(text === null ? undefined : Number(text))}
      data={all.map((one) => ({ value: String(one), label: percent(one) }))}
    />
  );
}

const percent = (p: number): string => `${Math.round(p * 1_000) / 10}\u00A0%`;
