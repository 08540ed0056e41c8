/** The zone of whoever looks at the screen. */
export const readerZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
