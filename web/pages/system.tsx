import type { ReactElement } from "react";
import { UnclaimedPanel } from "../components/claims/unclaimed-panel.tsx";
import { ForRoles } from "../components/for-roles.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { Bone, Loading } from "../components/skeleton.tsx";
import { AgentsPanel } from "../components/system/agents-panel.tsx";
import { PeoplePanel } from "../components/system/people-panel.tsx";
import { RejectedPanel } from "../components/system/rejected-panel.tsx";
import { SystemHealth } from "../components/system/system-health.tsx";
import { useSystem } from "../data/live/use-live.ts";
import { useMe } from "../data/me.ts";
import styles from "./system.module.css";

/** How Greenroom itself is, who speaks to it, and what it had to refuse. */
export function SystemPage(): ReactElement {
  const system = useSystem();
  const role = useMe().data?.role;
  return (
    <ForRoles roles={["facilities", "admin"]} page="System" needs="facilities and administrators">
      <PageTitle title="System" lede="How Greenroom itself is, who speaks to it, and what it had to refuse." />
      {system === undefined ? (
        <Loading what="the state of the system">
          <Bone height="6.5rem" />
        </Loading>
      ) : (
        <SystemHealth system={system} />
      )}
      <div className={styles["panels"]}>
        <UnclaimedPanel />
        <AgentsPanel />
        <RejectedPanel />
        {role === "admin" && <PeoplePanel />}
      </div>
    </ForRoles>
  );
}
