import type { Gear } from "../broker/access.ts";
import { translators } from "../translate/translators.ts";
import { mapName, type SubscriptionMap } from "./config.ts";
import { filtersOf } from "./relay.ts";

/** What a key may do that is called as a subscription map without a broker of its own; nothing for any other key. */
export function gearOf(maps: readonly SubscriptionMap[] | undefined, key: string): Gear | undefined {
  const map = maps?.find((each) => mapName(each) === key && each.broker === undefined);
  if (map === undefined) return undefined;
  const vendor = translators.find(({ name }) => name === map.vendor);
  return { filters: filtersOf(map), listens: map.filter === undefined ? (vendor?.listens ?? []) : [] };
}
