/** What those who run Greenroom see and send: calendars, maintenance, people, tokens, the audit log. */
import { z } from "zod";
import { At } from "../messages/common.ts";
import { ImportReport } from "./requests.ts";
import { Role } from "./views.ts";

export const CalendarView = z
  .object({
    name: z.string(),
    url: z.string().optional(),
    /** Every event is in this room. */
    room: z.string().optional(),
    demo_marker: z.string().optional(),
    refresh_min: z.int(),
    /** `failing`: the last attempt went wrong; its last good events stay. */
    state: z.enum(["never", "ok", "failing"]),
    fetched_at: At.optional(),
    succeeded_at: At.optional(),
    /** Events of the last good reading, in the weeks that are looked at. */
    events: z.int(),
    faults: z.array(z.object({ where: z.string(), why: z.string() })),
  })
  .meta({ id: "Calendar" });
export type CalendarView = z.infer<typeof CalendarView>;

export const CalendarSaved = z.object({ calendar: CalendarView, report: ImportReport }).meta({ id: "CalendarSaved" });
export type CalendarSaved = z.infer<typeof CalendarSaved>;

export const MaintenanceView = z
  .object({
    id: z.string(),
    /** `site/room` */
    room: z.string(),
    start: At,
    end: At,
    reason: z.string(),
    revision: z.int(),
  })
  .meta({ id: "Maintenance" });
export type MaintenanceView = z.infer<typeof MaintenanceView>;

export const PersonView = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: Role,
    disabled: z.boolean(),
    /** May sign in by password, not only by link. */
    has_password: z.boolean(),
    created_at: At,
    revision: z.int(),
  })
  .meta({ id: "Person" });
export type PersonView = z.infer<typeof PersonView>;

const Name = z.string().trim().min(1).max(128);
const Email = z.email().max(254);
const Password = z.string().min(10).max(1_024);

export const PersonInput = z
  .object({ name: Name, email: Email, role: Role, password: Password.optional() })
  .meta({ id: "PersonInput" });
export type PersonInput = z.infer<typeof PersonInput>;

export const PersonChange = z
  .object({
    name: Name.optional(),
    email: Email.optional(),
    role: Role.optional(),
    password: Password.optional(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: "PersonChange" });
export type PersonChange = z.infer<typeof PersonChange>;

/** A one-time link; whoever opens it is signed in as that person. */
export const SignInLinkCreated = z.object({ url: z.string(), expires_at: At }).meta({ id: "SignInLinkCreated" });

export const TokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: Role,
    created_at: At,
    expires_at: At.optional(),
    used_at: At.optional(),
  })
  .meta({ id: "Token" });
export type TokenView = z.infer<typeof TokenView>;

export const TokenInput = z
  .object({ name: Name, role: Role, days: z.int().min(1).max(3_650).optional() })
  .meta({ id: "TokenInput" });
export type TokenInput = z.infer<typeof TokenInput>;

/** The token is shown once and stored only as a hash. */
export const TokenCreated = z.object({ token: z.string() }).meta({ id: "TokenCreated" });

export const AuditView = z
  .object({
    id: z.string(),
    at: At,
    actor: z.string(),
    /** The actor's name, where it is a person that exists. */
    name: z.string().optional(),
    action: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
    address: z.string(),
  })
  .meta({ id: "Audit" });
export type AuditView = z.infer<typeof AuditView>;
