import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { metrics } from '../../../domains/events/records/store.ts';
import { countedOutcomes } from '../../../domains/receipts/counts/labels.ts';
import { type EventCount, readCounts } from '../../../domains/receipts/counts/read-counts.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { hourOf } from '../../../model/time.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import { collectionDocument, collectionSchema } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';

const TYPE = 'event-count';
const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 24;
/** A page is never split within an hour, so that an hour's counts are of one moment. */
const MAX_HOURS = 24 * 31;

interface NamedCount extends EventCount {
  readonly id: string;
  readonly metric: string | null;
}

const view = defineView({
  type: TYPE,
  path: '/api/event-counts',
  entries: {
    datetime: v.string(),
    source: v.string(),
    metric_id: v.nullable(v.string()),
    metric: v.nullable(v.string()),
    outcome: v.picklist(countedOutcomes),
    count: v.number(),
  },
  attributes: ({ hour, source, metricId, metric, outcome, count }: NamedCount) => ({
    datetime: withUtcOffset(`${hour}:00:00Z`),
    source,
    metric_id: metricId || null,
    metric,
    outcome,
    count,
  }),
});

const text = { operators: ['equals', 'any'] } as const;

export const getEventCounts = route({
  method: 'GET',
  path: '/api/event-counts',
  summary: 'Count events by hour, source, metric and outcome',
  description:
    'The numbers of events that were received in each hour, oldest first; by default those of the last 24 hours, of at ' +
    'most 31 days. Counts are kept for 90 days, and are complete about five minutes after the events. `stored` minus ' +
    '`replaced` is the number of events that were stored and not removed since. `rejected` has no metric.',
  scope: 'events:read',
  status: 200,
  reading: {
    filters: {
      datetime: { operators: ['greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'], value: 'time' },
      source: text,
      metric_id: text,
      outcome: { ...text, oneOf: countedOutcomes },
    },
    fields: { [TYPE]: view.schema },
    page: { default: 1_000, max: 5_000 },
  },
  result: collectionSchema(TYPE, view.schema),

  async handle({ selection }, context) {
    const { counts, next } = await readPage(selection, context);
    const items = await withMetrics(counts, context);
    return collectionDocument(
      { items: items.map((one) => view.show(one, context, selection.fields)), ...(next !== undefined && { next }) },
      context,
    );
  },
});

/** Whole hours until the page is full. The cursor is the hour after them. */
const readPage = async ({ filters, page }: Selection, context: Context) => {
  const { cursor } = page;
  if (cursor !== undefined && !/^\d{4}-\d\d-\d\dT\d\d$/.test(cursor))
    throw new ApiError('invalid', {
      detail: 'This cursor is invalid. Take it from links.next of an earlier response.',
      source: { parameter: 'page[cursor]' },
    });
  const { from, until } = hoursOf(filters, context.now());
  const counts: EventCount[] = [];
  for await (const ofHour of readCounts({ from: cursor ?? from, until }, context)) {
    const hour = ofHour[0]?.hour;
    if (counts.length >= page.size && hour !== undefined) return { counts, next: hour };
    counts.push(...ofHour.filter((one) => matches(one, filters)));
  }
  return { counts, next: undefined };
};

const hourAt = (ms: number): string => hourOf(new Date(ms).toISOString());

const hoursOf = (filters: Selection['filters'], now: Date) => {
  const bounds = filters.filter(({ field }) => field === 'datetime');
  const times = (operators: readonly string[]) =>
    bounds.flatMap(({ operator, values: [value] }) =>
      operators.includes(operator) && value instanceof Date ? [clamp(value.getTime())] : [],
    );
  const ends = [...times(['less-than']).map((ms) => ms - 1), ...times(['less-or-equal']), now.getTime()];
  const end = floorHour(Math.min(...ends)) + HOUR_MS;
  const first = floorHour(Math.max(...times(['greater-than', 'greater-or-equal'])));
  const start = Number.isFinite(first) ? first : end - DEFAULT_HOURS * HOUR_MS;
  if (end - start > MAX_HOURS * HOUR_MS)
    throw new ApiError('invalid', {
      detail: 'Counts of more than 31 days were requested. Name a later start, or an earlier end.',
      source: { parameter: 'filter' },
    });
  return { from: hourAt(start), until: hourAt(end) };
};

const floorHour = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
/** ISO 8601 sorts as text only within these years. */
const clamp = (ms: number): number => Math.min(Math.max(ms, 0), Date.UTC(9999, 0, 1));

const matches = (count: EventCount, filters: Selection['filters']): boolean =>
  filters.every(({ field, values }) => {
    if (field === 'source') return values.includes(count.source);
    if (field === 'metric_id') return values.includes(count.metricId);
    return field !== 'outcome' || values.includes(count.outcome);
  });

const withMetrics = async (
  counts: readonly EventCount[],
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<NamedCount[]> => {
  const ids = [...new Set(counts.flatMap(({ metricId }) => metricId || []))];
  const found = await table.getMany(
    metrics,
    ids.map((id) => ({ account, id })),
  );
  const names = new Map(found.flatMap((metric) => (metric ? [[metric.id, metric.name] as const] : [])));
  return counts.map((one) => ({
    ...one,
    id: [one.hour, one.source, one.metricId || '-', one.outcome].join('|'),
    metric: names.get(one.metricId) ?? null,
  }));
};
