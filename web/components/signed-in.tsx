import { useQueryClient } from "@tanstack/react-query";
import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";
import { ApiError } from "../data/http.ts";
import { startLive } from "../data/live/live.ts";
import { useMe } from "../data/me.ts";
import { Failed } from "./blank.tsx";
import { FrameSkeleton } from "./frame-skeleton.tsx";

/** Lets only those in who have a session, and runs the live feed while they are there. */
export function SignedIn(): ReactElement {
  const me = useMe();
  const queries = useQueryClient();
  const { href } = useLocation();
  const id = me.data?.id;
  useEffect(() => (id === undefined ? undefined : startLive(queries)), [id, queries]);

  const isOut = me.error instanceof ApiError && (me.error.status === 401 || me.error.status === 403);
  if (isOut) {
    // While the page for signing in is being fetched this one is still drawn, at the new address already.
    if (href.startsWith("/sign-in")) return <FrameSkeleton />;
    return <Navigate to="/sign-in" search={href === "/" ? {} : { next: href }} replace />;
  }
  if (me.data !== undefined) return <Outlet />;
  if (me.isError)
    return (
      <main>
        <Failed what="Greenroom" error={me.error} onRetry={() => void me.refetch()} />
      </main>
    );
  return <FrameSkeleton />;
}
