/**
 * The tables of `app.db`. Portable on purpose, so that PostgreSQL can follow: text ids, instants as epoch milliseconds in
 * BIGINT, JSON as text, no booleans, no identity columns.
 */
export interface Tables {
  rooms: {
    site: string;
    room: string;
    card: string;
    revision: number;
    updated_ms: number;
    /** Set when taken out of service: its retained messages have to be taken back, also after a restart. */
    removed_ms: number | null;
  };
  demos: {
    id: string;
    site: string;
    room: string;
    title: string;
    account: string | null;
    host: string | null;
    start_ms: number;
    end_ms: number;
    arrival_ms: number;
    needs: string;
    target: number | null;
    value_eur: number | null;
    /** `calendar:NAME`, `csv`, `api`, `sample` */
    source: string;
    /** Identity inside its source: the event's UID and, for an instance of a series, its original start. */
    uid: string;
    recurrence: string;
    /** The person whose demo it is. */
    owner: string | null;
    /** A template's id. */
    template: string | null;
    /** Who chose it: `hand`, `source` (its calendar or file said so) or `rule`. */
    template_by: string | null;
    /** `arranged`, `missing`, or not said. */
    access: string | null;
    /** `site/room` where it was planned before somebody moved it. */
    moved_from: string | null;
    revision: number;
    updated_ms: number;
  };
  templates: {
    id: string;
    name: string;
    needs: string;
    target: number | null;
    words: string;
    /** 1 for at most one of them. */
    is_default: number;
    created_by: string;
    revision: number;
  };
  bookings: {
    id: string;
    site: string;
    room: string;
    start_ms: number;
    end_ms: number;
    source: string;
    uid: string;
    recurrence: string;
  };
  maintenance: {
    id: string;
    site: string;
    room: string;
    start_ms: number;
    end_ms: number;
    reason: string;
    created_by: string;
    revision: number;
  };
  commands: {
    id: string;
    site: string;
    room: string;
    device: string;
    command: string;
    input: string | null;
    /** As in `CommandView`. */
    state: string;
    /** The name that the agent's log tells. */
    asked_by: string;
    asked_ms: number;
    deadline_ms: number;
    ended_ms: number | null;
    code: string | null;
    text: string | null;
  };
  calendars: {
    name: string;
    url: string | null;
    ics: string | null;
    site: string | null;
    room: string | null;
    demo_marker: string | null;
    refresh_min: number;
    etag: string | null;
    last_modified: string | null;
    fetched_ms: number | null;
    succeeded_ms: number | null;
    failures: number;
    /** Why the last attempt failed, and what was wrong inside the last good text. */
    faults: string;
    events: number;
    revision: number;
  };
  people: {
    id: string;
    name: string;
    email: string;
    role: string;
    password_hash: string | null;
    created_ms: number;
    disabled_ms: number | null;
    revision: number;
  };
  sessions: {
    id: string;
    person: string;
    token_hash: string;
    previous_hash: string | null;
    previous_until_ms: number | null;
    csrf: string;
    created_ms: number;
    rotated_ms: number;
    seen_ms: number;
    address: string;
  };
  sign_in_links: {
    token_hash: string;
    person: string;
    created_ms: number;
    expires_ms: number;
    used_ms: number | null;
  };
  api_tokens: {
    id: string;
    token_hash: string;
    name: string;
    role: string;
    created_ms: number;
    created_by: string;
    expires_ms: number | null;
    used_ms: number | null;
    revoked_ms: number | null;
  };
  agent_keys: {
    agent: string;
    /** Empty for who has a certificate alone. */
    key_hash: string;
    rooms: string;
    created_ms: number;
    revoked_ms: number | null;
    /** `agent`, `panel`, … */
    role: string;
    /** What a role other than the agent's has in place of rooms: a list as JSON. */
    topics: string;
    /** The key before this one: good until the new one is used, or until then. */
    previous_hash: string | null;
    previous_until_ms: number | null;
    /** Its last sign-in. */
    seen_ms: number | null;
  };
  agent_certificates: {
    serial: string;
    agent: string;
    site: string;
    /** SubjectPublicKeyInfo, in base 64. */
    public_key: string;
    issued_ms: number;
    expires_ms: number;
    /** Revoked, or replaced by one that was used. */
    ended_ms: number | null;
  };
  enrolment_codes: {
    /** The part of a code that is no secret. */
    id: string;
    code_hash: string;
    agent: string;
    site: string;
    rooms: string;
    created_by: string;
    created_ms: number;
    expires_ms: number;
    used_ms: number | null;
  };
  alerts: {
    site: string;
    room: string;
    id: string;
    /** The last state that the gateway told, with its whole history. */
    alert: string;
    status: string;
    demo: string | null;
    cause: string;
    raised_ms: number;
    updated_ms: number;
    closed_ms: number | null;
  };
  receipts: {
    demo: string;
    site: string;
    room: string;
    arrival_ms: number;
    status: string;
    outcome: string;
    score: number;
    p_ready: number;
    readiness: string;
  };
  verdicts: {
    site: string;
    room: string;
    at_ms: number;
    outcome: string;
    score: number;
    sentence: string;
    currency: string;
    /** Checks and visits: JSON, deflated, in base 64. */
    packed: string;
  };
  /** Spans in which verdicts were taken down. */
  verdict_watches: {
    from_ms: number;
    to_ms: number;
  };
  audit: {
    id: string;
    at_ms: number;
    actor: string;
    action: string;
    subject: string;
    detail: string;
    address: string;
  };
}
