import { SegmentedControl } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { Figures } from "#contract/api/evidence.ts";
import { Blank, Failed } from "../components/blank.tsx";
import { FigureTiles } from "../components/figures/figure-tiles.tsx";
import { RoomFigures } from "../components/figures/room-figures.tsx";
import { WeekBars } from "../components/figures/week-bars.tsx";
import { ForRoles } from "../components/for-roles.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { Bone, Loading } from "../components/skeleton.tsx";
import { useFigures } from "../data/evidence.ts";
import { useNow } from "../data/now.ts";
import styles from "./figures.module.css";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What both departments are measured by: how visits began, and what the alerts were worth. */
export function FiguresPage(): ReactElement {
  return (
    <ForRoles roles={["sales", "facilities", "admin"]} page="Figures" needs="sales and facilities">
      <FiguresOfSpan />
    </ForRoles>
  );
}

function FiguresOfSpan(): ReactElement {
  const [days, setDays] = useState("28");
  const to = Math.floor(useNow(60_000) / HOUR_MS) * HOUR_MS;
  const figures = useFigures(to - Number(days) * DAY_MS, to);
  return (
    <>
      <PageTitle title="Figures" lede="The same for sales and facilities, from what was frozen at each arrival.">
        <SegmentedControl
          aria-label="Of how many days"
          value={days}
          onChange={setDays}
          data={[
            { value: "7", label: "7 days" },
            { value: "28", label: "28 days" },
            { value: "90", label: "90 days" },
          ]}
        />
      </PageTitle>
      {figures.data === undefined && figures.isError && (
        <Failed what="The figures" error={figures.error} onRetry={() => void figures.refetch()} />
      )}
      {figures.isPending && (
        <Loading what="the figures">
          <div className={styles["parts"]}>
            <Bone height="10rem" />
            <Bone height="16rem" />
          </div>
        </Loading>
      )}
      {figures.data !== undefined && <Parts figures={figures.data} />}
    </>
  );
}

function Parts({ figures }: { figures: Figures }): ReactElement {
  if (figures.at_arrival.visits === 0)
    return (
      <Blank icon={<IconChartBar size={20} />} title="No client has arrived in these days">
        Each visit is counted from its arrival on: the room as it was then is kept as evidence.
      </Blank>
    );
  return (
    <div className={styles["parts"]}>
      <FigureTiles figures={figures} />
      <WeekBars weeks={figures.by_week} />
      <RoomFigures rooms={figures.by_room} />
    </div>
  );
}
