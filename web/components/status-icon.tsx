import type { ReactElement } from "react";
import type { Status } from "../words/status-words.ts";

const shapes: Readonly<Record<Status, ReactElement>> = {
  ready: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m4.9 8.2 2.1 2.1 4.1-4.4" className="hole" />
    </>
  ),
  degraded: (
    <>
      <circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M8 1.9a6.1 6.1 0 0 0 0 12.2Z" fill="currentColor" />
    </>
  ),
  not_ready: (
    <>
      <path
        d="M8 .7 15.3 8 8 15.3.7 8Z"
        fill="currentColor"
        stroke="currentColor"
        strokeWidth="1"
        strokeLinejoin="round"
      />
      <path d="M8 4.7v3.9M8 10.9v.2" className="hole" />
    </>
  ),
  unknown: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.7" strokeDasharray="2.6 2.27" />
      <circle cx="8" cy="8" r="1.5" fill="currentColor" />
    </>
  ),
  at_risk: (
    <>
      <path d="M8 1.4 15.2 14H.8Z" fill="currentColor" stroke="currentColor" strokeWidth="1.4" strokeLinejoin="round" />
      <path d="M8 6.2v3.9l2 1.3" className="hole" />
    </>
  ),
  too_late: (
    <>
      <path
        d="M9.4 1.6h4.2a.9.9 0 0 1 .9.9v11a.9.9 0 0 1-.9.9H9.4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
      <path
        d="M1.4 8h8.2M6.6 4.7 9.9 8l-3.3 3.3"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  maintenance: (
    <path
      d="M10.9 1.3a3.9 3.9 0 0 0-3.7 5.2L1.7 12a1.65 1.65 0 0 0 2.3 2.3l5.5-5.5a3.9 3.9 0 0 0 5-5L12.2 6 10 5.8l-.2-2.2 2.3-2.2a3.9 3.9 0 0 0-1.2-.1Z"
      fill="currentColor"
    />
  ),
};

/** The sign of a status: each has its own outline, so that it is told apart without colour. Always beside its word. */
export function StatusIcon({ status, size = 16 }: { status: Status; size?: number | string }): ReactElement {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" focusable="false" data-status-icon={status}>
      {shapes[status]}
    </svg>
  );
}
