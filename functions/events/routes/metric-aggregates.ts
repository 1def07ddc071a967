import * as v from 'valibot';
import { ApiError } from '../../errors.ts';
import { route } from '../../http/route.ts';
import { AggregateBody, spanOf, startsOf, tally, tooManyIntervals } from '../aggregate.ts';
import { inZone, openZone } from '../calendar.ts';
import { findMetric } from '../lookup.ts';
import { MAX_COUNTED, walkMetric } from '../walk.ts';

export const queryMetricAggregates = route({
  method: 'POST',
  path: '/api/metric-aggregates',
  summary: 'Count events and people, and add up values, by hour, day, week or month',
  description: `Computed from the events when it is asked for: of up to ${MAX_COUNTED.toLocaleString('en')} of them. Times in the filter without an offset are of \`timezone\`, whose days have 23 to 25 hours; weeks begin on Mondays. Grouping (\`by\`) is not supported.`,
  scope: 'metrics:read',
  status: 200,
  body: AggregateBody,
  errors: ['not_found'],
  result: v.object({
    data: v.object({
      type: v.literal('metric-aggregate'),
      id: v.string(),
      attributes: v.object({
        dates: v.array(v.string()),
        data: v.array(
          v.object({ dimensions: v.array(v.string()), measurements: v.record(v.string(), v.array(v.number())) }),
        ),
      }),
      links: v.object({ self: v.string() }),
    }),
    links: v.object({ self: v.string() }),
  }),

  async handle({ body }, context) {
    const { metric_id: metricId, measurements, interval, filter, timezone } = body.data.attributes;
    const zone = openZone(timezone);
    const span = spanOf(filter, zone);
    if (typeof span === 'string') throw wrongFilter(span);
    const starts = startsOf(span, interval, zone);
    if (!starts) throw wrongFilter(tooManyIntervals);
    await findMetric(metricId, context);

    const { add, result } = tally(starts);
    await walkMetric(metricId, span, add, context);
    const links = { self: `${context.origin}/api/metric-aggregates` };
    return {
      data: {
        type: 'metric-aggregate',
        id: context.newId(),
        attributes: {
          dates: starts.map((start) => inZone(start, zone)),
          data: [{ dimensions: [], measurements: Object.fromEntries(measurements.map((one) => [one, result(one)])) }],
        },
        links,
      },
      links,
    };
  },
});

const wrongFilter = (detail: string): ApiError =>
  new ApiError('invalid', { detail, source: { pointer: '/data/attributes/filter' } });
