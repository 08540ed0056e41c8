/** Something in a calendar that could not be taken as it stands: where, and why. The rest was read. */
export interface CalendarFault {
  /** 1-based line of the file, where it is known. */
  line?: number;
  where: string;
  why: string;
}

export const describeFault = (fault: CalendarFault): string =>
  `${fault.line === undefined ? "" : `line ${fault.line}: `}${fault.where}: ${fault.why}`;
