import "@mantine/dates/styles.css";
import type { ReactElement } from "react";
import { PageTitle } from "../components/page-title.tsx";
import { BasicsGallery } from "./basics-gallery.tsx";
import { ChartGallery } from "./chart-gallery.tsx";
import styles from "./gallery.module.css";
import { RoomGallery } from "./room-gallery.tsx";
import { StatesGallery } from "./states-gallery.tsx";
import { VisitGallery } from "./visit-gallery.tsx";
import { WorkGallery } from "./work-gallery.tsx";

/** Every component in every state, with fixed data: for looking at, for tests and for screenshots. */
export function GalleryPage(): ReactElement {
  return (
    <main id="page" className={styles["gallery"]}>
      <PageTitle title="Gallery" lede="Every component in every state, with fixed data. The hour is Tuesday 08:41." />
      <BasicsGallery />
      <StatesGallery />
      <WorkGallery />
      <RoomGallery />
      <VisitGallery />
      <ChartGallery />
    </main>
  );
}
