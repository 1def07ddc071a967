import * as v from 'valibot';
import { boundedArray } from '../../../../platform/validation/bounded-array.ts';
import { intervals, openZone } from '../calendar.ts';
import { measurements } from './tally.ts';

const Timezone = v.pipe(
  v.string(),
  v.check((name) => {
    try {
      return openZone(name).name === name;
    } catch {
      return false;
    }
  }, 'Not a name of the IANA time zone database, such as Europe/Berlin.'),
);

/** There are three measurements, and a time range needs two filters, so that no request needs more. */
const MAX_NAMES = 100;
const MAX_DIMENSIONS = 10;
const MAX_NAME = 255;
const tooMany = (max: number) => (count: number) => `There are ${count}. The maximum is ${max}.`;
const arrayLimit = { max: MAX_NAMES, tooMany: tooMany(MAX_NAMES) } as const;

const PropertyName = v.pipe(
  v.string(),
  v.nonEmpty('The name of the property is empty.'),
  v.maxLength(MAX_NAME, `A name of a property has at most ${MAX_NAME} characters.`),
);

/** The most rows of a page. */
export const MAX_ROWS = 500;

export const AggregateBody = v.object({
  data: v.object({
    type: v.literal('metric-aggregate'),
    attributes: v.object({
      metric_id: v.pipe(v.string(), v.regex(/^[0-9A-Za-z_]{1,64}$/, 'Not the id of a metric.')),
      measurements: boundedArray(v.picklist(measurements), {
        min: 1,
        tooFew: `Send at least one of ${measurements.join(', ')}.`,
        ...arrayLimit,
      }),
      interval: v.nullish(v.picklist(intervals), 'day'),
      filter: boundedArray(v.pipe(v.string(), v.maxLength(1_000, 'Longer than 1,000 characters.')), arrayLimit),
      timezone: v.nullish(Timezone, 'UTC'),
      page_size: v.nullish(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_ROWS, `At most ${MAX_ROWS}.`)),
        MAX_ROWS,
      ),
      by: v.nullish(boundedArray(PropertyName, { max: MAX_DIMENSIONS, tooMany: tooMany(MAX_DIMENSIONS) }), []),
      sort: v.nullish(v.pipe(v.string(), v.maxLength(MAX_NAME + 1, `Longer than ${MAX_NAME + 1} characters.`))),
      page_cursor: v.nullish(v.pipe(v.string(), v.maxLength(200, 'Not a cursor of this query.'))),
      return_fields: v.nullish(boundedArray(v.string(), arrayLimit), []),
    }),
  }),
});
export type AggregateQuery = v.InferOutput<typeof AggregateBody>['data']['attributes'];
