import * as v from 'valibot';
import { formatInZone } from '../../../domains/events/metrics/calendar.ts';
import { MAX_COUNTED } from '../../../domains/events/metrics/count-events.ts';
import { resolveSources } from '../../../domains/events/metrics/custom/resolve-sources.ts';
import { AggregateBody, type AggregateQuery } from '../../../domains/events/metrics/report/aggregate-body.ts';
import { needsPeople, openCursors, pageSizeOf, sortRows } from '../../../domains/events/metrics/report/pages.ts';
import { parseQuery } from '../../../domains/events/metrics/report/parse-query.ts';
import { MAX_CONTENTS } from '../../../domains/events/metrics/report/read-contents.ts';
import { countReport } from '../../../domains/events/metrics/report/report.ts';
import { type Measurement, measurements } from '../../../domains/events/metrics/report/tally.ts';
import { ApiError } from '../../../platform/errors.ts';
import { documentSchema, linkTo, resource } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';

const TYPE = 'metric-aggregate';
const path = '/api/metric-aggregates';

const AggregateView = v.partial(
  v.object({
    dates: v.array(v.string()),
    data: v.array(
      v.object({ dimensions: v.array(v.string()), measurements: v.record(v.string(), v.array(v.number())) }),
    ),
  }),
);

export const queryMetricAggregates = route({
  method: 'POST',
  path,
  summary: 'Aggregate a metric by hour, day, week or month',
  description:
    'Any number of events is counted and summed: with more than a thousand, those that are sent more than half an hour ' +
    'late are in the answer five minutes after they were stored. ' +
    `People are counted of up to ${MAX_COUNTED / 1_000},000 events; events are grouped or filtered by properties up to ` +
    `${MAX_CONTENTS / 1_000},000. ` +
    'Times without an offset in the filter are in `timezone`, where a day has 23 ' +
    'to 25 hours. Weeks begin on Monday. `by` accepts any property of events, also `$value_currency`; an event ' +
    'without it has an empty dimension, and one with a list counts for each element. `metric_id` may also be a ' +
    'custom metric, or a mapped one such as `revenue`. Filters compare any property: ' +
    '`equals`, `any`, `contains`, `starts-with`, `ends-with` and the comparisons, each in `not(…)` or not. Rows are ' +
    'sorted by their dimensions, or by the total of a measurement. `links.next` has the `page_cursor` of the next ' +
    'page; a page has fewer rows than `page_size` if there are many intervals.',
  scope: 'metrics:read',
  status: 200,
  reading: { fields: { [TYPE]: AggregateView } },
  query: v.object({ page_cursor: v.optional(v.pipe(v.string(), v.maxLength(200))) }),
  body: AggregateBody,
  errors: ['not_found'],
  result: documentSchema(TYPE, AggregateView),

  async handle({ body, query, selection }, context) {
    const { attributes } = body.data;
    const { metric_id: metricId, by, sort, interval, filter, timezone } = attributes;
    const parsed = parseQuery(attributes);
    if (typeof parsed === 'string') throw invalid('filter', parsed);
    const { zone, span, starts, conditions } = parsed;
    const cursors = openCursors([metricId, by, sort, interval, filter, timezone]);
    const cursor = query.page_cursor ?? attributes.page_cursor ?? undefined;
    const offset = cursor === undefined ? 0 : cursors.read(cursor);
    if (offset === undefined) throw invalid('page_cursor', 'Not a cursor of this query. Send it again without one.');
    const unfiltered = await resolveSources(metricId, context);
    if (!unfiltered) throw unknownMetricError(metricId);
    const sources = unfiltered.map((one) => ({ ...one, conditions: [...one.conditions, ...conditions] }));

    const measured = measuredOf(attributes);
    const countsPeople = needsPeople(measured, sort);
    const rows = sortRows(await countReport({ sources, span, starts, by, countsPeople }, context), { sort, by });
    const size = pageSizeOf(attributes.page_size, { intervals: starts.length, measured: measured.length });
    const view = {
      dates: starts.map((start) => formatInZone(start, zone)),
      data: rows.slice(offset, offset + size).map((row) => ({
        dimensions: row.dimensions,
        measurements: Object.fromEntries(measured.map((one) => [one, row.values(one)])),
      })),
    };
    // Results are not stored and have no URL of their own.
    const self = linkTo(context.origin, path);
    const isLast = offset + size >= rows.length;
    const next = isLast ? null : `${self}?page_cursor=${cursors.write(offset + size)}`;
    const data = resource(
      { type: TYPE, id: context.newId(), path, attributes: view },
      context,
      fieldsOf(attributes, selection.fields),
    );
    return { data: { ...data, links: { self } }, links: { self, next } };
  },
});

/** The requested measurements, or those of them that `return_fields` names. */
const measuredOf = ({ measurements: requested, return_fields: names }: AggregateQuery): readonly Measurement[] => {
  const named = requested.filter((one) => names?.includes(one));
  const all = named.length > 0 ? named : requested;
  return measurements.filter((one) => all.includes(one));
};

/** `return_fields` may also name attributes of the result. */
const fieldsOf = (
  { return_fields: names }: AggregateQuery,
  fields: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> => {
  const named = ['dates', 'data'].filter((one) => names?.includes(one));
  return named.length > 0 && !fields[TYPE] ? { ...fields, [TYPE]: named } : fields;
};

const unknownMetricError = (id: string): ApiError =>
  new ApiError('not_found', {
    detail: `There is no metric ${id}, and no mapping with a metric.`,
    source: { pointer: '/data/attributes/metric_id' },
  });

const invalid = (name: string, detail: string): ApiError =>
  new ApiError('invalid', { detail, source: { pointer: `/data/attributes/${name}` } });
