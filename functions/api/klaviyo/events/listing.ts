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
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { MAX_CONTENT_BYTES, shrinkToPayloadLimit } from '../../../platform/http/response/shrink-page.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { cursorAt, isBackwards, type Listing, listPage, type Page } from '../../../platform/table/listing/pages.ts';
import { rangeOf } from './range.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** The most metrics that one response merges. Each has eight partitions, all of which are queried for each page. */
const MAX_METRICS = 100;
/**
 * The most events of a timeline that are examined for one page when filtering by metric. The page may then be short.
 */
const MAX_EXAMINED_EVENTS = 2_000;
const EXAMINED_PER_PAGE = 200;

/**
 * Lists one page of events. Events of a profile come from its timeline, with strong consistency. Events of a metric
 * come from the index, where they appear a moment after they are stored. With both filters, the timeline is used.
 */
export const listEvents = async ({ filters, sort, page }: Selection, context: Deps): Promise<Page<Event>> => {
  const order = { descending: sort?.descending ?? true, ...(page.cursor !== undefined && { cursor: page.cursor }) };
  const profileId = requestedProfile(filters);
  const metricIds = requestedMetrics(filters);
  const range = rangeOf(filters);
  if (profileId === 'none' || metricIds?.length === 0) return { items: [] };

  if (profileId !== undefined) {
    // The events of profiles that were merged into this one belong to the same person.
    const profile = await findProfile(profileId, context);
    const timelines = profile ? idsOf(profile) : [profileId];
    const listing = {
      partitions: timelines.map((id) => timelinePk(context.account, id)),
      prefix: EVENTS,
      ...withEventPrefix(range),
      ...order,
    };
    if (metricIds) return searchPages(listing, metricIds, page.size, context);
    return eventsOf(
      await shrinkToPayloadLimit(page.size, (size) => listPage(context.table, { ...listing, size }), bytesOf),
    );
  }
  const partitions = (metricIds ?? (await allMetrics(context))).flatMap((id) => metricPartitions(context.account, id));
  if (partitions.length > MAX_METRICS * 8) throw tooManyMetricsError(partitions.length / 8);
  const read = async (size: number): Promise<Page<Item>> => {
    const { items, ...cursors } = await listPage(context.table, {
      index: 'gsi1',
      partitions,
      size,
      ...range,
      ...order,
    });
    const completeItems = await context.table.getItems(items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
    return { ...cursors, items: completeItems.filter((item) => item !== undefined) };
  };
  return eventsOf(await shrinkToPayloadLimit(page.size, read, bytesOf));
};

const eventsOf = ({ items, ...cursors }: Page<Item>): Page<Event> => ({
  ...cursors,
  items: items.map(events.fromItem),
});

const bytesOf = ({ properties }: Item): number =>
  600 + (typeof properties === 'string' ? Buffer.byteLength(properties) : 0);

const searchPages = async (
  { cursor: start, ...listing }: Omit<Listing, 'size'>,
  metricIds: readonly string[],
  size: number,
  { table }: Deps,
): Promise<Page<Event>> => {
  const backwards = start !== undefined && isBackwards(start);
  let cursor = start;
  let oppositeCursor: string | undefined;
  let matched: readonly Item[] = [];
  let examined = 0;
  let bytes = 0;
  do {
    const { items, next, prev } = await listPage(table, {
      ...listing,
      size: EXAMINED_PER_PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    const matchedItems = items.filter(({ metricId }) => metricIds.includes(String(metricId)));
    matched = backwards ? [...matchedItems, ...matched] : [...matched, ...matchedItems];
    if (examined === 0) oppositeCursor = backwards ? next : prev;
    examined += items.length;
    bytes += matchedItems.reduce((sum, item) => sum + bytesOf(item), 0);
    cursor = backwards ? prev : next;
  } while (cursor && matched.length < size && examined < MAX_EXAMINED_EVENTS && bytes < MAX_CONTENT_BYTES);

  const items = cutToLimits(backwards ? matched.toReversed() : matched, size);
  const edge = items.at(-1);
  const continuationCursor =
    matched.length > items.length && edge ? cursorAt(String(edge.sk), backwards ? 'before' : 'after') : cursor;
  const [next, prev] = backwards ? [oppositeCursor, continuationCursor] : [continuationCursor, oppositeCursor];
  return {
    items: (backwards ? items.toReversed() : items).map(events.fromItem),
    ...(next && { next }),
    ...(prev && { prev }),
  };
};

/** Cuts items to the requested number and to the size of a response, but keeps at least one. */
const cutToLimits = (items: readonly Item[], size: number): readonly Item[] => {
  let bytes = 0;
  const firstTooLarge = items.findIndex((item, index) => {
    bytes += bytesOf(item);
    return index > 0 && bytes > MAX_CONTENT_BYTES;
  });
  return items.slice(0, firstTooLarge === -1 ? size : Math.min(size, firstTooLarge));
};

/** `none` if several profiles are requested, since an event has one profile. */
const requestedProfile = (filters: readonly Filter[]): string | 'none' | undefined => {
  const profileIds = new Set(
    filters.flatMap(({ field, values }) => (field === 'profile_id' ? values.map(String) : [])),
  );
  const [one] = profileIds;
  return profileIds.size > 1 || (one !== undefined && !/^[0-9A-Za-z_-]{1,64}$/.test(one)) ? 'none' : one;
};

/** The metrics that all filters by metric have in common. */
const requestedMetrics = (filters: readonly Filter[]): readonly string[] | undefined => {
  const metricIdSets = filters.flatMap(({ field, values }) =>
    field === 'metric_id' ? [new Set(values.map(String))] : [],
  );
  const [first, ...others] = metricIdSets;
  return first && [...first].filter((id) => /^[0-9A-Za-z]{1,64}$/.test(id) && others.every((other) => other.has(id)));
};

const allMetrics = async ({ account, table }: Deps): Promise<string[]> => {
  const storedMetrics = await table.queryOf(metrics, {
    pk: metricsPk(account),
    prefix: METRICS,
    limit: MAX_METRICS + 1,
  });
  return storedMetrics.map(({ id }) => id);
};

const tooManyMetricsError = (count: number): ApiError =>
  new ApiError('invalid', {
    detail: `Events of ${count > MAX_METRICS ? `more than ${MAX_METRICS}` : count} metrics can't be merged in one list. Filter by any(metric_id,[…]) with up to ${MAX_METRICS} of them, or by profile_id.`,
    source: { parameter: 'filter' },
  });

const withEventPrefix = ({ after, before }: { readonly after?: string; readonly before?: string }) => ({
  ...(after !== undefined && { after: `${EVENTS}${after}` }),
  ...(before !== undefined && { before: `${EVENTS}${before}` }),
});
