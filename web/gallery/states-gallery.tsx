import { IconCalendarOff } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { Blank, Failed, Refused } from "../components/blank.tsx";
import { FeedBanner, LiveChip } from "../components/live-chip.tsx";
import { SystemHealth } from "../components/system/system-health.tsx";
import { TodaySkeleton } from "../components/today-skeleton.tsx";
import { ApiError } from "../data/http.ts";
import { decideFeedState } from "../data/live/feed-state.ts";
import { building, NOW } from "./sample.ts";
import { Section, State } from "./section.tsx";

const zone = "Europe/Amsterdam";
const facts = { system: building.system, at: new Date(NOW - 180_000).toISOString(), now: NOW, zone };
const feeds = {
  connecting: decideFeedState({ ...facts, link: { phase: "connecting", since: NOW }, at: undefined }),
  live: decideFeedState({ ...facts, link: { phase: "live", since: NOW } }),
  "stale: the server is quiet": decideFeedState({ ...facts, link: { phase: "quiet", since: NOW } }),
  "stale: no broker": decideFeedState({
    ...facts,
    link: { phase: "live", since: NOW },
    system: { ...building.system, broker: false },
  }),
  "stale: nobody judges": decideFeedState({
    ...facts,
    link: { phase: "live", since: NOW },
    system: { ...building.system, gateway: "stale" },
  }),
  offline: decideFeedState({ ...facts, link: { phase: "offline", since: NOW } }),
};

/** Loading, live, stale, offline, empty, refused, failed. */
export function StatesGallery(): ReactElement {
  return (
    <Section title="States of a page">
      {Object.entries(feeds).map(([name, feed]) => (
        <State key={name} name={name}>
          <LiveChip feed={feed} />
          <FeedBanner feed={feed} />
        </State>
      ))}
      <State name="loading">
        <TodaySkeleton />
      </State>
      <State name="empty">
        <Blank compact icon={<IconCalendarOff size={20} />} title="No visit is coming">
          Nothing is expected here in the next two days.
        </Blank>
      </State>
      <State name="refused">
        <Refused page="Today" needs="facilities" as="sales" />
      </State>
      <State name="failed">
        <Failed
          what="History"
          error={new ApiError(503, { code: "STORE_DOWN", detail: "The history store cannot be reached." })}
          onRetry={() => undefined}
        />
      </State>
      <State name="system, all well">
        <SystemHealth system={{ ...building.system, rejected_last_hour: 0 }} />
      </State>
      <State name="system, in trouble">
        <SystemHealth
          system={{
            ...building.system,
            broker: false,
            gateway: "stale",
            history: "spooling",
            spooled: 18_204,
            rejected_last_hour: 121,
          }}
        />
      </State>
    </Section>
  );
}
