/** The scenarios that come with Greenroom: what differs from `normal`. */
export const shipped: ReadonlyMap<string, object> = new Map<string, object>([["normal", {}]]);
