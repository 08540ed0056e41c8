import type { Alert } from "#contract/messages/alert.ts";
import { instant, type Instant, rfc3339 } from "#contract/units.ts";
import type { Contact, Notice } from "../alerts/notifier.ts";

export const noon: Instant = instant(Date.UTC(2026, 10, 23, 12));
const wire = (h: number, m = 0): string => rfc3339(instant(Date.UTC(2026, 10, 23, h, m)));

export const priya: Contact = { id: "priya", name: "Priya", channel: "mail", to: "priya@example.com" };

/** Names as a calendar of an ill-meaning guest would have them. */
const hostile =
  'Acme"\r\nBcc: thief@example.com\r\n\r\n<script>alert(1)</script> <!channel> <https://evil.example|click> &amp; *bold* \u202Egnp.exe';

export const alertWith = (over: Partial<Alert> = {}): Alert => ({
  id: "0123456789abcdef01234567",
  at: wire(12),
  cause: "temperature",
  title: "Harbour is 18.1 °C, needs 20–24 for Acme 14:00",
  sentence: "Air is 18.1 °C since 11:40, 1.9 K below 20 °C. Raise the heating by 13:10 (usually 35 min, up to 50).",
  demo: "acme",
  demo_title: "Acme visit",
  arrival: wire(14),
  rooms: ["hq/harbour"],
  status: "open",
  priority: 3,
  raised_at: wire(12),
  act_by: wire(13, 10),
  p_ready: 0.1,
  steps: [{ remedy: "heat", label: "Raise the heating", p50_min: 35, p90_min: 50, act_by: wire(13, 10) }],
  level: 0,
  notifications: [],
  history: [],
  held: {},
  episode: 0,
  members: [
    {
      room: "hq/harbour",
      demo: "acme",
      title: "Acme visit",
      arrival: wire(14),
      end: wire(15),
      act_by: wire(13, 10),
      p_ready: 0.1,
    },
  ],
  ...over,
});

export const noticeWith = (over: Partial<Notice> = {}): Notice => ({
  key: "0123456789abcdef01234567.0.raised.priya",
  event: "raised",
  alert: alertWith(),
  roomKey: "hq/harbour",
  roomName: "Harbour",
  floor: "12",
  zone: "UTC",
  account: "Acme",
  first: true,
  ...over,
});

export const hostileNotice = (): Notice =>
  noticeWith({
    roomName: hostile,
    account: hostile,
    floor: hostile,
    alert: alertWith({
      title: `Harbour is cold for ${hostile}`,
      sentence: hostile,
      demo_title: hostile,
      assignee: hostile,
      steps: [{ remedy: "heat", label: hostile, p50_min: 35, p90_min: 50, act_by: wire(13, 10) }],
    }),
  });
