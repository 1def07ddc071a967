import type { Context } from '../../../domains/accounts/context.ts';
import type { Event } from '../../../domains/events/records/event.ts';
import {
  EVENTS,
  events,
  METRICS,
  metricPartitions,
  metrics,
  metricsPk,
  timelinePk,
} from '../../../domains/events/records/store.ts';
import { idsOf } from '../../../domains/profiles/records/profile.ts';
import { readProfile } from '../../../domains/profiles/records/resolve.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { MAX_CONTENT_BYTES, shrinkToPayloadLimit } from '../../../platform/http/response/shrink-page.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { cursorAt, isBackwards, type Listing, listPage, type Page } from '../../../platform/table/pages.ts';
import { rangeOf } from './range.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Metrics that one answer merges. Each has eight partitions, and each of those is asked for every page. */
const MAX_METRICS = 100;
/** Events of a timeline that are looked at for those of some metrics; then the page ends where it is. */
const MAX_EXAMINED = 2_000;
const EXAMINED_AT_ONCE = 200;

/**
 * One page of events. A profile's are read from its timeline, strongly consistent; a metric's from the index, in which
 * an event appears a moment after it was stored. Both together go along the timeline, which is one person's.
 */
export const listEvents = async ({ filters, sort, page }: Selection, context: Deps): Promise<Page<Event>> => {
  const order = { descending: sort?.descending ?? true, ...(page.cursor !== undefined && { cursor: page.cursor }) };
  const profileId = profileIn(filters);
  const metricIds = metricsIn(filters);
  const range = rangeOf(filters);
  if (profileId === 'none' || metricIds?.length === 0) return { items: [] };

  if (profileId !== undefined) {
    // What stands under profiles that were merged into this one is this person's too.
    const profile = await readProfile(profileId, context);
    const timelines = profile ? idsOf(profile) : [profileId];
    const listing = {
      partitions: timelines.map((id) => timelinePk(context.account, id)),
      prefix: EVENTS,
      ...prefixed(range),
      ...order,
    };
    if (metricIds) return searched(listing, metricIds, page.size, context);
    return eventsOf(
      await shrinkToPayloadLimit(page.size, (size) => listPage(context.table, { ...listing, size }), bytesOf),
    );
  }
  const partitions = (metricIds ?? (await allMetrics(context))).flatMap((id) => metricPartitions(context.account, id));
  if (partitions.length > MAX_METRICS * 8) throw tooMany(partitions.length / 8);
  const read = async (size: number): Promise<Page<Item>> => {
    const { items, ...cursors } = await listPage(context.table, {
      index: 'gsi1',
      partitions,
      size,
      ...range,
      ...order,
    });
    const whole = await context.table.getItems(items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
    return { ...cursors, items: whole.filter((item) => item !== undefined) };
  };
  return eventsOf(await shrinkToPayloadLimit(page.size, read, bytesOf));
};

const eventsOf = ({ items, ...cursors }: Page<Item>): Page<Event> => ({
  ...cursors,
  items: items.map(events.fromItem),
});

const bytesOf = ({ properties }: Item): number =>
  600 + (typeof properties === 'string' ? Buffer.byteLength(properties) : 0);

const searched = async (
  { cursor: start, ...listing }: Omit<Listing, 'size'>,
  metricIds: readonly string[],
  size: number,
  { table }: Deps,
): Promise<Page<Event>> => {
  const backwards = start !== undefined && isBackwards(start);
  let cursor = start;
  let behind: string | undefined;
  let found: readonly Item[] = [];
  let examined = 0;
  let bytes = 0;
  do {
    const { items, next, prev } = await listPage(table, {
      ...listing,
      size: EXAMINED_AT_ONCE,
      ...(cursor !== undefined && { cursor }),
    });
    const kept = items.filter(({ metricId }) => metricIds.includes(String(metricId)));
    found = backwards ? [...kept, ...found] : [...found, ...kept];
    if (examined === 0) behind = backwards ? next : prev;
    examined += items.length;
    bytes += kept.reduce((sum, item) => sum + bytesOf(item), 0);
    cursor = backwards ? prev : next;
  } while (cursor && found.length < size && examined < MAX_EXAMINED && bytes < MAX_CONTENT_BYTES);

  const items = cut(backwards ? found.toReversed() : found, size);
  const edge = items.at(-1);
  const ahead =
    found.length > items.length && edge ? cursorAt(String(edge.sk), backwards ? 'before' : 'after') : cursor;
  const [next, prev] = backwards ? [behind, ahead] : [ahead, behind];
  return {
    items: (backwards ? items.toReversed() : items).map(events.fromItem),
    ...(next && { next }),
    ...(prev && { prev }),
  };
};

/** As many of the first as were asked for and fit, but one. */
const cut = (items: readonly Item[], size: number): readonly Item[] => {
  let bytes = 0;
  const tooMany = items.findIndex((item, index) => {
    bytes += bytesOf(item);
    return index > 0 && bytes > MAX_CONTENT_BYTES;
  });
  return items.slice(0, tooMany === -1 ? size : Math.min(size, tooMany));
};

/** `none` where two profiles are asked for, as nobody is both. */
const profileIn = (filters: readonly Filter[]): string | 'none' | undefined => {
  const asked = new Set(filters.flatMap(({ field, values }) => (field === 'profile_id' ? values.map(String) : [])));
  const [one] = asked;
  return asked.size > 1 || (one !== undefined && !/^[0-9A-Za-z_-]{1,64}$/.test(one)) ? 'none' : one;
};

/** Metrics that all filters by metric allow. */
const metricsIn = (filters: readonly Filter[]): readonly string[] | undefined => {
  const asked = filters.flatMap(({ field, values }) => (field === 'metric_id' ? [new Set(values.map(String))] : []));
  const [first, ...others] = asked;
  return first && [...first].filter((id) => /^[0-9A-Za-z]{1,64}$/.test(id) && others.every((other) => other.has(id)));
};

const allMetrics = async ({ account, table }: Deps): Promise<string[]> => {
  const found = await table.queryOf(metrics, { pk: metricsPk(account), prefix: METRICS, limit: MAX_METRICS + 1 });
  return found.map(({ id }) => id);
};

const tooMany = (count: number): ApiError =>
  new ApiError('invalid', {
    detail: `Events of ${count > MAX_METRICS ? `more than ${MAX_METRICS}` : count} metrics can't be merged in one list. Filter by any(metric_id,[…]) with up to ${MAX_METRICS} of them, or by profile_id.`,
    source: { parameter: 'filter' },
  });

const prefixed = ({ after, before }: { readonly after?: string; readonly before?: string }) => ({
  ...(after !== undefined && { after: `${EVENTS}${after}` }),
  ...(before !== undefined && { before: `${EVENTS}${before}` }),
});
