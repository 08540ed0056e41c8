import { Button, NumberInput, SegmentedControl, Select, Switch, TextInput } from "@mantine/core";
import type { ReactElement } from "react";
import { DayField } from "../components/day-field.tsx";
import { Forecast } from "../components/forecast.tsx";
import { FreshnessBar } from "../components/freshness-bar.tsx";
import { StatusMark } from "../components/status-mark.tsx";
import { TimeField } from "../components/time-field.tsx";
import { statusOrder } from "../words/status-words.ts";
import styles from "./gallery.module.css";
import { NOW } from "./sample.ts";
import { Section, State } from "./section.tsx";

const grounds = ["canvas", "surface", "sunken", "selected"];
const nothing = (): void => undefined;

/** Status, probability, freshness, type, controls. */
export function BasicsGallery(): ReactElement {
  return (
    <>
      <Section title="Status">
        {(["plain", "pill", "large"] as const).map((shape) => (
          <State key={shape} name={shape}>
            <div className={styles["row"]}>
              {statusOrder.map((status) => (
                <StatusMark key={status} status={status} shape={shape} />
              ))}
            </div>
          </State>
        ))}
      </Section>
      <Section title="Forecast">
        <State name="learned">
          <div className={styles["row"]}>
            {[0.999, 0.97, 0.86, 0.62, 0.31, 0.002].map((p) => (
              <Forecast key={p} p={p} />
            ))}
          </div>
        </State>
        <State name="still learning">
          <Forecast p={0.91} basis="prior" />
        </State>
      </Section>
      <Section title="Freshness">
        <div className={styles["row"]}>
          {[
            [1, 9_000],
            [0.6, 200_000],
            [0.2, 280_000],
            [0, 1_320_000],
          ].map(([freshness = 0, age = 0]) => (
            <FreshnessBar
              key={age}
              freshness={freshness}
              at={new Date(NOW - age).toISOString()}
              now={NOW}
              zone="Europe/Amsterdam"
            />
          ))}
          <FreshnessBar freshness={1} at={undefined} now={NOW} zone="Europe/Amsterdam" />
        </div>
      </Section>
      <Section title="Type and grounds">
        {[5, 4, 3, 2, 1].map((size) => (
          <p key={size} style={{ fontSize: `var(--text-${size})`, lineHeight: `var(--lead-${size})` }}>
            Size {size}: Harbour is 18.1 °C, needs 20–24 °C at 09:30
          </p>
        ))}
        <div className={styles["swatches"]} style={{ marginTop: 16 }}>
          {grounds.map((ground) => (
            <div key={ground} className={styles["swatch"]} style={{ background: `var(--${ground})` }}>
              <p>{ground}</p>
              <p style={{ color: "var(--ink-2)" }}>second ink</p>
              <p style={{ color: "var(--ink-3)" }}>third ink</p>
            </div>
          ))}
        </div>
      </Section>
      <Section title="Controls">
        <div className={styles["row"]}>
          <Button>Primary</Button>
          <Button variant="default">Default</Button>
          <Button variant="subtle" color="gray">
            Quiet
          </Button>
          <Button color="red">Revoke</Button>
          <Button disabled>Disabled</Button>
          <Button loading>Busy</Button>
          <SegmentedControl aria-label="Choice" data={["Light", "Dark"]} />
          <Switch label="Switch" defaultChecked />
        </div>
        <div className={styles["row"]} style={{ marginTop: 16, alignItems: "start" }}>
          <TextInput label="Text" placeholder="Placeholder" />
          <TextInput label="With a fault" defaultValue="25:00" error="This is not a time." />
          <NumberInput label="People" defaultValue={6} />
          <Select label="Room" data={["Harbour", "Lotus"]} defaultValue="Harbour" />
          <DayField label="Day" value="2026-11-24" onChange={nothing} />
          <TimeField label="From" value="14:00" onChange={nothing} />
        </div>
      </Section>
    </>
  );
}
