import * as v from 'valibot';
import { boundedArray } from '../../../../../platform/validation/bounded-array.ts';
import { Text } from '../../../../../platform/validation/text.ts';

export const MAX_GROUPS = 10;
const MAX_FILTERS = 20;
const MAX_VALUES = 100;
const MAX_TEXT = 255;

const limit = (max: number) => ({
  max,
  tooMany: (count: number) => `There are ${count}. The maximum is ${max}.`,
});

const Property = v.pipe(
  Text,
  v.nonEmpty('The name of the property is empty.'),
  v.maxLength(MAX_TEXT, `A name of a property has at most ${MAX_TEXT} characters.`),
);
const FilterText = v.pipe(Text, v.maxLength(MAX_TEXT, `A value has at most ${MAX_TEXT} characters.`));
const NumericValue = v.pipe(v.number(), v.finite());

const numericOperators = [
  'equals',
  'not-equals',
  'greater-than',
  'greater-than-or-equal',
  'less-than',
  'less-than-or-equal',
] as const;
const stringOperators = [
  'equals',
  'not-equals',
  'contains',
  'not-contains',
  'starts-with',
  'not-starts-with',
  'ends-with',
  'not-ends-with',
] as const;
const listOperators = [
  'contains',
  'not-contains',
  'contains-starts-with',
  'not-contains-starts-with',
  'contains-ends-with',
  'not-contains-ends-with',
  'contains-substring',
  'not-contains-substring',
] as const;

/** Patterns (`regex`, `nregex`) are missing: one of them can take minutes for an event. */
const MetricFilter = v.union([
  v.object({ type: v.literal('numeric'), operator: v.picklist(numericOperators), value: NumericValue }),
  v.object({ type: v.literal('string'), operator: v.picklist(stringOperators), value: v.nullable(FilterText) }),
  v.object({
    type: v.literal('string'),
    operator: v.literal('in'),
    value: boundedArray(FilterText, { min: 1, tooFew: 'Send at least one value.', ...limit(MAX_VALUES) }),
  }),
  v.object({ type: v.literal('boolean'), operator: v.literal('equals'), value: v.boolean() }),
  v.object({ type: v.literal('existence'), operator: v.picklist(['is-set', 'not-set']) }),
  v.object({
    type: v.literal('list'),
    operator: v.picklist(listOperators),
    value: v.nullable(v.union([FilterText, NumericValue])),
  }),
]);
export type MetricFilter = v.InferOutput<typeof MetricFilter>;

const MetricGroup = v.object({
  metric_id: v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{1,64}$/, 'Not the id of a metric.')),
  metric_filters: v.nullish(boundedArray(v.object({ property: Property, filter: MetricFilter }), limit(MAX_FILTERS))),
  value_property: v.nullish(Property),
});
export type MetricGroup = v.InferOutput<typeof MetricGroup>;

/** What a custom metric counts: the events of each group, added up. */
export const MetricDefinition = v.object({
  aggregation_method: v.picklist(['count', 'value']),
  metric_groups: boundedArray(MetricGroup, { min: 1, tooFew: 'Name at least one metric.', ...limit(MAX_GROUPS) }),
});
export type MetricDefinition = v.InferOutput<typeof MetricDefinition>;

export const CustomMetricName = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The name of the custom metric is empty.'),
  v.maxLength(MAX_TEXT, `The name of a custom metric has at most ${MAX_TEXT} characters.`),
  v.normalize('NFC'),
);
