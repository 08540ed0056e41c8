import { Button } from "@mantine/core";
import { type ReactElement, useState } from "react";
import type { DemoView } from "#contract/api/views.ts";
import type { Alternative } from "#contract/messages/alert.ts";
import { displacedWords, distanceWords, fitWords, heldWords } from "../../words/alternative-words.ts";
import { floorShort } from "../../words/floor-words.ts";
import { Forecast } from "../forecast.tsx";
import styles from "./alternatives.module.css";
import { MoveDialog } from "./move-dialog.tsx";

interface AlternativesProps {
  demo: DemoView;
  alternatives: readonly Alternative[];
  now: number;
  /** How many are shown at first. */
  most?: number;
}

/** Other rooms for a visit, the best first, each one press from being its room. */
export function Alternatives({ demo, alternatives, now, most = 3 }: AlternativesProps): ReactElement {
  const [to, setTo] = useState<Alternative>();
  const [isAll, showAll] = useState(false);
  const shown = isAll ? alternatives : alternatives.slice(0, most);
  return (
    <>
      <ul className={styles["rooms"]}>
        {shown.map((one, index) => (
          <li key={one.room} className={styles["room"]} data-alternative={one.room}>
            <div>
              <p className={styles["head"]}>
                <span className={styles["name"]}>{one.name}</span>
                <span className={styles["floor"]}>{floorShort(one.floor)}</span>
                <Forecast p={one.p_ready} />
              </p>
              <p className={styles["facts"]}>{factsOf(one, now, demo.zone).join(" · ")}</p>
            </div>
            <Button
              size="compact-sm"
              variant={index === 0 && demo.status === "too_late" ? "filled" : "default"}
              aria-label={`Move here: ${one.name}`}
              onClick={() => setTo(one)}
            >
              Move here
            </Button>
          </li>
        ))}
      </ul>
      {shown.length < alternatives.length && (
        <Button size="compact-sm" variant="subtle" color="gray" ml="-0.5rem" onClick={() => showAll(true)}>
          {alternatives.length - shown.length} more
        </Button>
      )}
      <MoveDialog demo={demo} to={to} onClose={() => setTo(undefined)} />
    </>
  );
}

function factsOf(one: Alternative, now: number, zone: string): string[] {
  const held = heldWords(one.held_until, now, zone);
  return [distanceWords(one), fitWords(one.fit), displacedWords(one.displaces), ...(held === undefined ? [] : [held])];
}
