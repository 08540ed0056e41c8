import { join } from "node:path";
import { Kysely, sql } from "kysely";
import type { Clock } from "#contract/clock.ts";
import { systemClock } from "#contract/system-clock.ts";
import { sqliteDialect } from "../sqlite/dialect.ts";
import { migrate } from "../sqlite/migrate.ts";
import { openDatabase } from "../sqlite/open-database.ts";
import { AgentCertificates } from "./agent-certificates.ts";
import { AgentKeys } from "./agent-keys.ts";
import { Alerts } from "./alerts.ts";
import { ApiTokens } from "./api-tokens.ts";
import { Audit } from "./audit.ts";
import { Bookings } from "./bookings.ts";
import { Calendars } from "./calendars.ts";
import { Commands } from "./commands.ts";
import { Demos } from "./demos.ts";
import { EnrolmentCodes } from "./enrolment-codes.ts";
import { Maintenance } from "./maintenance.ts";
import { migrations } from "./migrations/index.ts";
import { People } from "./people.ts";
import { Receipts } from "./receipts.ts";
import { Rooms } from "./rooms.ts";
import { Sessions } from "./sessions.ts";
import { SignInLinks } from "./sign-in-links.ts";
import type { Tables } from "./tables.ts";
import { Templates } from "./templates.ts";
import { Verdicts } from "./verdicts.ts";

/** Everything that the server must not forget, one repository a noun. */
export class Store {
  readonly clock: Clock;
  /** What sessions, links and keys age by: people live in their own time also where a house is replayed at another speed. */
  readonly peopleClock: Clock;
  readonly rooms: Rooms;
  readonly demos: Demos;
  readonly templates: Templates;
  readonly bookings: Bookings;
  readonly maintenance: Maintenance;
  readonly calendars: Calendars;
  readonly people: People;
  readonly sessions: Sessions;
  readonly signInLinks: SignInLinks;
  readonly apiTokens: ApiTokens;
  readonly agentKeys: AgentKeys;
  readonly agentCertificates: AgentCertificates;
  readonly enrolmentCodes: EnrolmentCodes;
  readonly commands: Commands;
  readonly alerts: Alerts;
  readonly receipts: Receipts;
  readonly verdicts: Verdicts;
  readonly audit: Audit;
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>, clock: Clock, peopleClock: Clock = clock) {
    this.#db = db;
    this.clock = clock;
    this.peopleClock = peopleClock;
    this.rooms = new Rooms(db, clock);
    this.demos = new Demos(db, clock);
    this.templates = new Templates(db);
    this.bookings = new Bookings(db);
    this.maintenance = new Maintenance(db);
    this.calendars = new Calendars(db);
    this.people = new People(db, clock);
    this.sessions = new Sessions(db);
    this.signInLinks = new SignInLinks(db);
    this.apiTokens = new ApiTokens(db);
    this.agentKeys = new AgentKeys(db);
    this.agentCertificates = new AgentCertificates(db);
    this.enrolmentCodes = new EnrolmentCodes(db);
    this.commands = new Commands(db);
    this.alerts = new Alerts(db);
    this.verdicts = new Verdicts(db);
    this.receipts = new Receipts(db);
    this.audit = new Audit(db, clock);
  }

  /** All of it or nothing. Inside, use the store that is handed in: the outer one waits for the end of the transaction. */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute((transaction) => work(new Store(transaction, this.clock, this.peopleClock)));
  }

  /** Rejects when the store cannot be read. */
  async ping(): Promise<void> {
    await this.#db.selectFrom("rooms").select("site").limit(1).execute();
  }

  /** Changes when another process has written to the file; not by what is written here. */
  async version(): Promise<number> {
    const { rows } = await sql<{ data_version: number }>`PRAGMA data_version`.execute(this.#db);
    return rows[0]?.data_version ?? 0;
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}

/**
 * Opens `app.db` in a data folder and brings its schema up to date. Several processes may have it open: the command line
 * makes tokens while the server runs.
 */
export async function openStore(dataDir: string, options: { clock?: Clock; peopleClock?: Clock } = {}): Promise<Store> {
  const file = dataDir === ":memory:" ? dataDir : join(dataDir, "app.db");
  const db = new Kysely<Tables>({ dialect: sqliteDialect(openDatabase(file)) });
  try {
    await migrate(db, migrations);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return new Store(db, options.clock ?? systemClock, options.peopleClock);
}
