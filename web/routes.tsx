import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { NotFound, PageFailed } from "./components/page-failed.tsx";
import { SignedIn } from "./components/signed-in.tsx";
import { fetchMe, homeOf } from "./data/me.ts";
import { parsePromiseSearch } from "./pages/promise-search.ts";

/** The pages and their addresses. Each page is a file of its own that is fetched when it is first opened. */
const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { token?: string; next?: string } => ({
    ...(typeof search["token"] === "string" ? { token: search["token"] } : {}),
    ...(typeof search["next"] === "string" && search["next"].startsWith("/") ? { next: search["next"] } : {}),
  }),
  component: lazyRouteComponent(() => import("./pages/sign-in.tsx"), "SignInPage"),
});

const gallery = createRoute({
  getParentRoute: () => root,
  path: "/gallery",
  component: lazyRouteComponent(() => import("./gallery/gallery.tsx"), "GalleryPage"),
});

/** Everything below needs a session, and shares one live feed. */
const signedIn = createRoute({ getParentRoute: () => root, id: "signed-in", component: SignedIn });

const wall = createRoute({
  getParentRoute: () => signedIn,
  path: "/wall",
  component: lazyRouteComponent(() => import("./pages/wall.tsx"), "WallPage"),
});
const door = createRoute({
  getParentRoute: () => signedIn,
  path: "/door/$site/$room",
  component: lazyRouteComponent(() => import("./pages/door.tsx"), "DoorPage"),
});

const frame = createRoute({
  getParentRoute: () => signedIn,
  id: "frame",
  component: lazyRouteComponent(() => import("./components/app-frame.tsx"), "AppFrame"),
});
const index = createRoute({
  getParentRoute: () => frame,
  path: "/",
  beforeLoad: async ({ context }) => {
    const me = await context.queries
      .fetchQuery({ queryKey: ["me"], queryFn: fetchMe, retry: false })
      .catch(() => undefined);
    throw redirect(me === undefined ? { to: "/sign-in" } : { to: homeOf(me.role), replace: true });
  },
});
const today = createRoute({
  getParentRoute: () => frame,
  path: "/today",
  component: lazyRouteComponent(() => import("./pages/today.tsx"), "TodayPage"),
});
const rooms = createRoute({
  getParentRoute: () => frame,
  path: "/rooms",
  component: lazyRouteComponent(() => import("./pages/rooms.tsx"), "RoomsPage"),
});
const room = createRoute({
  getParentRoute: () => frame,
  path: "/rooms/$site/$room",
  component: lazyRouteComponent(() => import("./pages/room.tsx"), "RoomPage"),
});
const visits = createRoute({
  getParentRoute: () => frame,
  path: "/visits",
  component: lazyRouteComponent(() => import("./pages/visits.tsx"), "VisitsPage"),
});
const promise = createRoute({
  getParentRoute: () => frame,
  path: "/promise",
  validateSearch: parsePromiseSearch,
  component: lazyRouteComponent(() => import("./pages/promise.tsx"), "PromisePage"),
});
const plan = createRoute({
  getParentRoute: () => frame,
  path: "/plan",
  component: lazyRouteComponent(() => import("./pages/plan.tsx"), "PlanPage"),
});
const figures = createRoute({
  getParentRoute: () => frame,
  path: "/figures",
  component: lazyRouteComponent(() => import("./pages/figures.tsx"), "FiguresPage"),
});
const whatIf = createRoute({
  getParentRoute: () => frame,
  path: "/what-if",
  component: lazyRouteComponent(() => import("./pages/what-if.tsx"), "WhatIfPage"),
});
const system = createRoute({
  getParentRoute: () => frame,
  path: "/system",
  component: lazyRouteComponent(() => import("./pages/system.tsx"), "SystemPage"),
});

const tree = root.addChildren([
  signIn,
  gallery,
  signedIn.addChildren([
    wall,
    door,
    frame.addChildren([index, today, rooms, room, visits, promise, plan, figures, whatIf, system]),
  ]),
]);

export const makeRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
