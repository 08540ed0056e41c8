import type { ReactElement, ReactNode } from "react";
import type { Role } from "#contract/api/views.ts";
import { useMe } from "../data/me.ts";
import { Refused } from "./blank.tsx";

interface ForRolesProps {
  roles: readonly Role[];
  page: string;
  needs: string;
  children: ReactNode;
}

/** Shows a page to those whom it is for, and tells others so. The server decides again with every call. */
export function ForRoles({ roles, page, needs, children }: ForRolesProps): ReactElement | null {
  const role = useMe().data?.role;
  if (role === undefined) return null;
  return roles.includes(role) ? <>{children}</> : <Refused page={page} needs={needs} as={role} isPage />;
}
