import { Button, Popover, SegmentedControl, Switch, useMantineColorScheme } from "@mantine/core";
import {
  IconBuilding,
  IconCalendarCheck,
  IconCalendarPlus,
  IconChartBar,
  IconDeviceTv,
  IconHistory,
  IconListCheck,
  IconLogout,
  IconSearch,
  IconServerCog,
  IconTool,
} from "@tabler/icons-react";
import { Notifications } from "@mantine/notifications";
import { Link, Outlet } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense, useState } from "react";
import type { Me } from "#contract/api/requests.ts";
import type { Role } from "#contract/api/views.ts";
import { useFeedState } from "../data/live/use-feed-state.ts";
import { signOut, useMe } from "../data/me.ts";
import { useIdle } from "../data/use-idle.ts";
import { useContrast } from "../design/appearance.ts";
import styles from "./app-frame.module.css";
import { AlertAnnouncer } from "./alert-announcer.tsx";
import { Brand } from "./brand.tsx";
import { FeedBanner, LiveChip } from "./live-chip.tsx";
import { usePaletteKey } from "./use-palette-key.ts";

const loadPalette = () => import("./palette.tsx").then((m) => ({ default: m.Palette }));
const Palette = lazy(loadPalette);

const everyone: readonly Role[] = ["viewer", "sales", "facilities", "admin"];
const desk: readonly Role[] = ["facilities", "admin"];
const pages = [
  { to: "/today", label: "Today", icon: IconListCheck, roles: desk },
  { to: "/visits", label: "My visits", icon: IconCalendarCheck, roles: ["sales", "facilities", "admin"] },
  { to: "/rooms", label: "Rooms", icon: IconBuilding, roles: everyone },
  { to: "/promise", label: "Promise", icon: IconCalendarPlus, roles: ["sales", "facilities", "admin"] },
  { to: "/plan", label: "Plan", icon: IconTool, roles: desk },
  { to: "/figures", label: "Figures", icon: IconChartBar, roles: ["sales", "facilities", "admin"] },
  { to: "/what-if", label: "What if", icon: IconHistory, roles: desk },
  { to: "/system", label: "System", icon: IconServerCog, roles: desk },
] as const satisfies readonly { to: string; label: string; icon: unknown; roles: readonly Role[] }[];

/** A phone's bar has room for so many; the rest is in the account's menu. */
const IN_BAR = 5;

/** The header, the navigation and the page between them. On a phone the navigation is a bar at the bottom. */
export function AppFrame(): ReactElement {
  const me = useMe().data;
  const feed = useFeedState();
  const [isSearching, setSearching] = useState(false);
  const [wasSearching, setWasSearching] = useState(false);
  if (isSearching && !wasSearching) setWasSearching(true);
  usePaletteKey(() => setSearching(true));
  // Fetched once the page is quiet, so that the first letter that is typed is not lost.
  useIdle(loadPalette);
  const mine = pages.filter((page) => me !== undefined && (page.roles as readonly Role[]).includes(me.role));
  return (
    <>
      <a className={styles["skip"]} href="#page">
        Skip to the page
      </a>
      <header className={styles["header"]}>
        <Link to="/" aria-label="Greenroom, start">
          <Brand />
        </Link>
        <nav className={styles["nav"]} aria-label="Pages">
          {mine.map((page) => (
            <Link key={page.to} to={page.to} className={styles["link"]}>
              {page.label}
            </Link>
          ))}
        </nav>
        <div className={styles["end"]}>
          <button type="button" className={styles["search"]} onClick={() => setSearching(true)}>
            <IconSearch size={16} aria-hidden="true" />
            <span className={styles["word"]}>Search</span>
            <span className="visually-hidden"> rooms and visits</span>
            <kbd aria-hidden="true">⌘K</kbd>
          </button>
          <LiveChip feed={feed} />
          {me !== undefined && <UserMenu me={me} pages={mine.slice(IN_BAR)} />}
        </div>
      </header>
      <FeedBanner feed={feed} />
      <AlertAnnouncer />
      <main id="page" className={styles["page"]} tabIndex={-1}>
        <Outlet />
      </main>
      <nav className={styles["tabs"]} aria-label="Pages, bottom bar">
        {mine.slice(0, IN_BAR).map((page) => (
          <Link key={page.to} to={page.to} className={styles["tab"]}>
            <page.icon size={20} stroke={1.6} aria-hidden="true" />
            {page.label}
          </Link>
        ))}
      </nav>
      <Notifications position="bottom-right" portalProps={{ target: "#page" }} />
      {wasSearching && (
        <Suspense fallback={null}>
          <Palette opened={isSearching} onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </>
  );
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");

function UserMenu({ me, pages: others }: { me: Me; pages: readonly (typeof pages)[number][] }): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [isMore, chooseContrast] = useContrast();
  const [isOpen, setOpen] = useState(false);
  const initials = initialsOf(me.name);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={264} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={styles["avatar"]}
          aria-label={`${initials}: ${me.name}, account and appearance`}
          onClick={() => setOpen((before) => !before)}
        >
          {initials}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Account and appearance">
        <div className={styles["account"]}>
          <p>
            <strong>{me.name}</strong>
            <br />
            <span className={styles["role"]}>{me.role}</span>
          </p>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="Appearance"
            value={colorScheme}
            onChange={setColorScheme}
            data={[
              { value: "auto", label: "System" },
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
            ]}
          />
          <Switch
            size="sm"
            label="High contrast"
            checked={isMore}
            onChange={(event) => chooseContrast(event.currentTarget.checked)}
          />
          {others.map((page) => (
            <Button
              key={page.to}
              component={Link}
              to={page.to}
              variant="default"
              hiddenFrom="sm"
              leftSection={<page.icon size={16} aria-hidden="true" />}
              onClick={() => setOpen(false)}
            >
              {page.label}
            </Button>
          ))}
          <Button
            component={Link}
            to="/wall"
            variant="default"
            leftSection={<IconDeviceTv size={16} aria-hidden="true" />}
          >
            Open the wall
          </Button>
          <Button
            variant="default"
            leftSection={<IconLogout size={16} aria-hidden="true" />}
            onClick={() => void signOut()}
          >
            Sign out
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
