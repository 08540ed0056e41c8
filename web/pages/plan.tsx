import "@mantine/dates/styles.css";
import { Tabs } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { ForRoles } from "../components/for-roles.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { CalendarsPanel } from "../components/plan/calendars-panel.tsx";
import { MaintenancePanel } from "../components/plan/maintenance-panel.tsx";
import { TemplatesPanel } from "../components/plan/templates-panel.tsx";
import { VisitsPanel } from "../components/plan/visits-panel.tsx";
import styles from "./plan.module.css";

/** What is coming: visits, the calendars that they come from, and when rooms are worked on. */
export function PlanPage(): ReactElement {
  const [tab, setTab] = useState<string | null>("visits");
  return (
    <ForRoles roles={["facilities", "admin"]} page="Plan" needs="facilities">
      <PageTitle title="Plan" lede="Visits and what they need, where they come from, and when rooms are worked on." />
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md" className={styles["tabs"] ?? ""}>
          <Tabs.Tab value="visits">Visits</Tabs.Tab>
          <Tabs.Tab value="templates">Templates</Tabs.Tab>
          <Tabs.Tab value="maintenance">Maintenance</Tabs.Tab>
          <Tabs.Tab value="calendars">Calendars</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="visits">
          <VisitsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="templates">
          <TemplatesPanel />
        </Tabs.Panel>
        <Tabs.Panel value="maintenance">
          <MaintenancePanel />
        </Tabs.Panel>
        <Tabs.Panel value="calendars">
          <CalendarsPanel />
        </Tabs.Panel>
      </Tabs>
    </ForRoles>
  );
}
