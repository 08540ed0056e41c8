import type { Message } from "./message.ts";

const escapeHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

/** The plain part: what is read on a watch, a ticket system or a screen reader. */
export function emailText(message: Message): string {
  const lines = [message.sentence, "", message.lead, ""];
  for (const { label, value } of message.facts) lines.push(`${label}: ${value}`);
  if (message.remedies.length > 0) lines.push("", "What helps:");
  for (const { label, value } of message.remedies) lines.push(`- ${label}: ${value}`);
  if (message.link !== undefined) lines.push("", message.link);
  lines.push("", FOOT);
  return `${lines.join("\n")}\n`;
}

const FOOT = "Greenroom sends this because you are named for this room's alerts.";
const CELL = 'style="padding:2px 12px 2px 0;vertical-align:top"';

const table = (rows: Message["facts"]): string =>
  rows
    .map(
      ({ label, value }) =>
        `<tr><td ${CELL}><b>${escapeHtml(label)}</b></td><td ${CELL}>${escapeHtml(value)}</td></tr>`,
    )
    .join("");

/** The same in plain HTML: no images, no scripts, nothing loaded from elsewhere. */
export function emailHtml(message: Message): string {
  const link = message.link === undefined ? "" : `<p><a href="${escapeHtml(message.link)}">Open in Greenroom</a></p>`;
  const remedies =
    message.remedies.length === 0 ? "" : `<p><b>What helps</b></p><table>${table(message.remedies)}</table>`;
  return (
    '<!doctype html><html lang="en"><body style="font:15px/1.45 system-ui,sans-serif;color:#1a1a1a;max-width:40em">' +
    `<p style="font-size:18px"><b>${escapeHtml(message.subject)}</b></p>` +
    `<p>${escapeHtml(message.sentence)}</p><p>${escapeHtml(message.lead)}</p>` +
    `<table>${table(message.facts)}</table>${remedies}${link}` +
    `<p style="color:#666;font-size:13px">${FOOT}</p></body></html>`
  );
}
