import type { ReactElement } from "react";
import { Panel } from "../components/panel.tsx";
import { UnclaimedList } from "../components/claims/unclaimed-panel.tsx";
import { DeviceList } from "../components/room/device-list.tsx";
import { Happenings } from "../components/room/happenings.tsx";
import { NextVisits } from "../components/room/next-visits.tsx";
import { WhyTable } from "../components/room/why-table.tsx";
import { RoomTile } from "../components/room-board/room-tile.tsx";
import styles from "./gallery.module.css";
import { building, detailOf, NOW } from "./sample.ts";
import { makeUnclaimed } from "../dev/sample-unclaimed.ts";
import { Section, State } from "./section.tsx";

const shown = ["Harbour", "Victoria", "Lotus", "Cedar", "Peak", "Plover", "Heron", "Maple"];
const zone = "Europe/Amsterdam";

/** Tiles of the board, and the parts of a room's page. */
export function RoomGallery(): ReactElement {
  const rooms = building.rooms.filter((room) => shown.includes(room.name));
  return (
    <Section title="Rooms">
      <State name="tiles">
        <div className={styles["tiles"]}>
          {rooms.map((room) => (
            <RoomTile
              key={room.key}
              room={room}
              next={building.demos.find((demo) => demo.id === room.next_demo)}
              now={NOW}
            />
          ))}
        </div>
      </State>
      {["harbour", "cedar", "maple"].map((name) => {
        const detail = detailOf(name);
        return (
          <State key={name} name={`why: ${name}`}>
            <Panel title={`Why: ${detail.name}`} flush>
              {detail.verdict !== undefined && <WhyTable verdict={detail.verdict} now={NOW} zone={zone} />}
            </Panel>
          </State>
        );
      })}
      <State name="devices: all well, and out of reach">
        <div className={styles["tiles"]}>
          <Panel title="Devices of Harbour" flush>
            <DeviceList room={detailOf("harbour")} now={NOW} />
          </Panel>
          <Panel title="Devices of Cedar" flush>
            <DeviceList room={detailOf("cedar")} now={NOW} />
          </Panel>
          <Panel title="Devices of Victoria" flush>
            <DeviceList room={detailOf("victoria")} now={NOW} />
          </Panel>
        </div>
      </State>
      <State name="devices that wait for a room">
        <Panel title="Devices without a room" flush>
          <UnclaimedList devices={makeUnclaimed(NOW)} more={12} onClaim={() => {}} />
        </Panel>
      </State>
      <State name="visits and what happened">
        <div className={styles["tiles"]}>
          <Panel title="Visits to Harbour" flush>
            <NextVisits demos={building.demos.filter((demo) => demo.room_name === "Harbour")} now={NOW} />
          </Panel>
          <Panel title="Nothing coming" flush>
            <NextVisits demos={[]} now={NOW} />
          </Panel>
          <Panel title="Jade">
            <Happenings alerts={building.alerts.filter((alert) => alert.room_name === "Jade")} now={NOW} zone={zone} />
          </Panel>
        </div>
      </State>
    </Section>
  );
}
