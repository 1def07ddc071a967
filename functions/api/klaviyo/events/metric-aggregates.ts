import * as v from 'valibot';
import {
  AggregateBody,
  createTally,
  intervalStarts,
  parseSpan,
  tooManyIntervalsMessage,
} from '../../../domains/events/metrics/aggregate.ts';
import { formatInZone, openZone } from '../../../domains/events/metrics/calendar.ts';
import { forEachEvent, MAX_COUNTED, readCurrentPersons } from '../../../domains/events/metrics/count-events.ts';
import { ApiError } from '../../../platform/errors.ts';
import { documentSchema, linkTo, resource } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { getMetric } from './lookup.ts';

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
  description: `Computed on request, from up to ${MAX_COUNTED / 1_000},000 events. Times without an offset in the filter are in \`timezone\`, where a day has 23 to 25 hours. Weeks begin on Monday. Grouping (\`by\`) is not supported.`,
  scope: 'metrics:read',
  status: 200,
  reading: { fields: { [TYPE]: AggregateView } },
  body: AggregateBody,
  errors: ['not_found'],
  result: documentSchema(TYPE, AggregateView),

  async handle({ body, selection }, context) {
    const { metric_id: metricId, measurements, interval, filter, timezone } = body.data.attributes;
    const zone = openZone(timezone);
    const span = parseSpan(filter, zone);
    if (typeof span === 'string') throw filterError(span);
    const starts = intervalStarts(span, interval, zone);
    if (!starts) throw filterError(tooManyIntervalsMessage);
    await getMetric(metricId, context, '/data/attributes/metric_id');

    const { add, result } = createTally(starts);
    const personOf = measurements.includes('unique') ? await readCurrentPersons(context) : (pk: string) => pk;
    await forEachEvent(metricId, span, (event) => add({ ...event, person: personOf(event.person) }), context);
    const attributes = {
      dates: starts.map((start) => formatInZone(start, zone)),
      data: [{ dimensions: [], measurements: Object.fromEntries(measurements.map((one) => [one, result(one)])) }],
    };
    // Results are not stored and have no URL of their own.
    const links = { self: linkTo(context.origin, path) };
    const data = resource({ type: TYPE, id: context.newId(), path, attributes }, context, selection.fields);
    return { data: { ...data, links }, links };
  },
});

const filterError = (detail: string): ApiError =>
  new ApiError('invalid', { detail, source: { pointer: '/data/attributes/filter' } });
