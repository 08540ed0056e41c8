import type { ReactElement } from "react";
import frame from "./app-frame.module.css";
import { Brand } from "./brand.tsx";
import { Bone, Loading } from "./skeleton.tsx";

/** The frame of the application before it is known who is here. */
export function FrameSkeleton(): ReactElement {
  return (
    <Loading what="Greenroom">
      <div className={frame["header"]}>
        <Brand />
        <Bone width="18rem" height="1rem" />
      </div>
      <div className={frame["page"]}>
        <Bone width="16rem" height="2rem" />
      </div>
    </Loading>
  );
}
