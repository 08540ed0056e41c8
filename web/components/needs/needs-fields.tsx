import { Chip, NumberInput, Switch } from "@mantine/core";
import { type ReactElement, useState } from "react";
import type { Needs } from "#contract/messages/room.ts";
import { capabilityWords } from "../../words/check-words.ts";
import styles from "./needs-fields.module.css";
import { withBand, withCapabilities, withPeople, withReset } from "./own-needs.ts";

interface NeedsFieldsProps {
  /** What is said here. */
  own: Needs;
  /** What a template says already; shown as long as nothing else is said here. */
  inherited: Needs;
  onChange: (own: Needs) => void;
}

/** What a visit, or a template of visits, asks of a room. */
export function NeedsFields({ own, inherited, onChange }: NeedsFieldsProps): ReactElement {
  const capabilities = own.capabilities ?? inherited.capabilities ?? [];
  return (
    <>
      <NumberInput
        label="People"
        placeholder={inherited.people === undefined ? "Any number" : `${inherited.people}, as its template`}
        min={1}
        max={1_000}
        allowDecimal={false}
        value={own.people ?? ""}
        onChange={(people) => onChange(withPeople(own, typeof people === "number" ? people : undefined))}
      />
      <fieldset className={styles["fieldset"]}>
        <legend className={styles["legend"]}>Equipment</legend>
        <Chip.Group
          multiple
          value={capabilities}
          onChange={(chosen) => onChange(withCapabilities(own, inherited, chosen))}
        >
          <div className={styles["chips"]}>
            {Object.entries(capabilityWords).map(([name, words]) => (
              <Chip key={name} value={name} size="sm" radius="sm" variant="outline">
                {words}
              </Chip>
            ))}
          </div>
        </Chip.Group>
        {capabilities.length === 0 && own.capabilities === undefined && (
          <p className={styles["hint"]}>None chosen: everything that the room has must work.</p>
        )}
      </fieldset>
      <Comfort own={own} inherited={inherited} onChange={onChange} />
      <Switch
        label="Reset before the visit"
        description="Cleaned and set up since its last use, and said so on the room's panel."
        checked={own.reset_visit ?? inherited.reset_visit ?? false}
        onChange={(event) => onChange(withReset(own, inherited, event.currentTarget.checked))}
      />
    </>
  );
}

const numberOf = (value: string | number): number | undefined => (typeof value === "number" ? value : undefined);

/** Bands that are asked beside the room's own. A temperature counts once both ends are there. */
function Comfort({ own, inherited, onChange }: NeedsFieldsProps): ReactElement {
  const ready = own.comfort?.temperature_c?.ready;
  const [low, setLow] = useState(ready?.[0]);
  const [high, setHigh] = useState(ready?.[1]);
  const take = (from: number | undefined, to: number | undefined): void => {
    setLow(from);
    setHigh(to);
    const isWhole = from !== undefined && to !== undefined && from < to;
    onChange(withBand(own, "temperature_c", isWhole ? [from, to] : undefined));
  };
  const as = (value: number | undefined): string => (value === undefined ? "As the room" : `${value}, as its template`);
  const isWrong = low !== undefined && high !== undefined && low >= high;
  const shared = { min: 5, max: 35, step: 0.5, decimalScale: 1 };
  const told = inherited.comfort;
  return (
    <fieldset className={styles["fieldset"]}>
      <legend className={styles["legend"]}>Comfort</legend>
      <div className={styles["comfort"]}>
        <NumberInput
          {...shared}
          label="From, °C"
          placeholder={as(told?.temperature_c?.ready[0])}
          value={low ?? ""}
          error={isWrong ? "Must be below the other" : (low === undefined) !== (high === undefined) && "Say both"}
          onChange={(value) => take(numberOf(value), high)}
        />
        <NumberInput
          {...shared}
          label="To, °C"
          placeholder={as(told?.temperature_c?.ready[1])}
          value={high ?? ""}
          onChange={(value) => take(low, numberOf(value))}
        />
        <NumberInput
          label="CO₂ up to, ppm"
          placeholder={as(told?.co2_ppm?.ready[1])}
          min={500}
          max={3_000}
          step={50}
          allowDecimal={false}
          value={own.comfort?.co2_ppm?.ready[1] ?? ""}
          onChange={(value) => {
            const most = numberOf(value);
            onChange(withBand(own, "co2_ppm", most === undefined ? undefined : [0, most]));
          }}
        />
      </div>
    </fieldset>
  );
}
