import { type Condition, conditionOf } from '../report/conditions.ts';
import { propertyOf } from '../report/dimensions.ts';
import type { Comparison } from '../report/filters.ts';
import { DEFAULT_VALUE, NO_VALUE, type Source } from '../report/report.ts';
import type { MetricDefinition, MetricFilter, MetricGroup } from './records/definition.ts';

type Operator = Comparison['operator'];

/** The comparison that each operator stands for, without its `not-`. */
const comparisons: Readonly<Record<string, Operator>> = {
  equals: 'equals',
  in: 'any',
  'greater-than': 'greater-than',
  'greater-than-or-equal': 'greater-or-equal',
  'less-than': 'less-than',
  'less-than-or-equal': 'less-or-equal',
  'starts-with': 'starts-with',
  'ends-with': 'ends-with',
  contains: 'contains',
};

/** The same for lists, which contain an element or a part of one. */
const listComparisons: Readonly<Record<string, Operator>> = {
  contains: 'equals',
  'contains-starts-with': 'starts-with',
  'contains-ends-with': 'ends-with',
  'contains-substring': 'contains',
};

/** The events that a custom metric counts. Those of several groups are added. */
export const sourcesOf = ({ aggregation_method: method, metric_groups: groups }: MetricDefinition): Source[] =>
  groups.map(({ metric_id: metricId, metric_filters: filters, value_property: property }) => ({
    metricId,
    conditions: (filters ?? []).map(filterCondition),
    valueProperty: method === 'value' ? (property ?? DEFAULT_VALUE) : NO_VALUE,
  }));

const filterCondition = ({ property, filter }: NonNullable<MetricGroup['metric_filters']>[number]): Condition => {
  if (filter.type === 'existence') {
    const isWanted = filter.operator === 'is-set';
    return (event) => isSet(propertyOf(event, property)) === isWanted;
  }
  return conditionOf({ field: property, ...comparisonOf(filter) });
};

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const comparisonOf = (
  filter: Exclude<MetricFilter, { readonly type: 'existence' }>,
): Pick<Comparison, 'operator' | 'values' | 'isNegated'> => {
  const isNegated = filter.operator.startsWith('not-');
  const name = filter.operator.replace(/^not-/, '');
  const operator = (filter.type === 'list' ? listComparisons : comparisons)[name] ?? 'equals';
  const values = [filter.value].flat().map((value) => ({
    text: String(value ?? ''),
    isQuoted: typeof value !== 'number',
  }));
  return { operator, values, isNegated };
};
