import { Button } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import type { WhatIfView } from "#contract/api/what-if.ts";
import { Blank, Failed } from "../components/blank.tsx";
import { ForRoles } from "../components/for-roles.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { Bone } from "../components/skeleton.tsx";
import { PastAnswer } from "../components/what-if/past-answer.tsx";
import { PastForm } from "../components/what-if/past-form.tsx";
import styles from "../components/what-if/what-if.module.css";
import { refusalOf } from "../data/http.ts";
import { useRooms } from "../data/live/use-live.ts";
import { useNow } from "../data/now.ts";
import { useAskPast, useCallOff, useLastPast, usePast } from "../data/what-if.ts";
import { clockTime, shortDay } from "../words/time-words.ts";

/** What would today's rules have told in a span of the past, beside what was told? */
export function WhatIfPage(): ReactElement {
  return (
    <ForRoles roles={["facilities", "admin"]} page="What if" needs="facilities">
      <PageTitle
        title="What would we have been told?"
        lede="A span of the recorded past through today’s rules, beside what was told then. What is live is not touched."
      />
      <WhatIf />
    </ForRoles>
  );
}

function WhatIf(): ReactElement {
  const rooms = useRooms();
  const now = useNow(60_000);
  const ask = useAskPast();
  const last = useLastPast();
  const past = usePast(ask.data ?? last.data ?? undefined);
  const sites = new Set(rooms.map((room) => room.site));
  const [first] = rooms;
  const zone = first?.zone ?? "UTC";
  const view = past.data;
  return (
    <>
      <PastForm
        now={now}
        zone={zone}
        isBusy={ask.isPending || view?.state === "running"}
        refusal={ask.isError ? refusalOf(ask.error) : undefined}
        onAsk={(span) => ask.mutate(sites.size > 1 && first !== undefined ? { ...span, site: first.site } : span)}
      />
      {view === undefined && !ask.isPending && !last.isPending && (
        <Blank icon={<IconHistory size={20} />} title="Nothing has been looked at yet">
          Choose a span. A day of a building takes some seconds, a week a minute or more; the gateway first gets to know
          its rooms from the day before.
        </Blank>
      )}
      {past.isError && <Failed what="What came out" error={past.error} />}
      {view !== undefined && !past.isError && <Outcome key={view.id} view={view} zone={zone} />}
    </>
  );
}

function Outcome({ view, zone }: { view: WhatIfView; zone: string }): ReactElement {
  if (view.state === "running") return <Running view={view} zone={zone} />;
  if (view.answer !== undefined) return <PastAnswer answer={view.answer} span={spanWords(view, zone)} by={view.by} />;
  // Its answer is being fetched.
  if (view.state === "done") return <Bone height="12rem" />;
  return (
    <Blank icon={<IconHistory size={20} />} title="The past was not looked at">
      {view.text ?? "It ended before it was done."} Nothing that is live was touched.
    </Blank>
  );
}

function spanWords({ from, to }: WhatIfView, zone: string): string {
  const when = (text: string): string => `${shortDay(Date.parse(text), zone)} ${clockTime(Date.parse(text), zone)}`;
  return `${when(from)} to ${when(to)}`;
}

function Running({ view, zone }: { view: WhatIfView; zone: string }): ReactElement {
  const callOff = useCallOff();
  const [isCalledOff, setCalledOff] = useState(false);
  const percent = Math.round(view.progress * 100);
  return (
    <div className={styles["running"]}>
      <div>
        <p aria-live="polite">Going through {spanWords(view, zone)}</p>
        <Button
          size="compact-sm"
          variant="default"
          loading={isCalledOff}
          onClick={() => {
            setCalledOff(true);
            callOff.mutate(view.id);
          }}
        >
          Stop
        </Button>
      </div>
      <progress aria-label="How much is done" value={percent} max={100}>
        {percent} %
      </progress>
    </div>
  );
}
